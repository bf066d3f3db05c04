#include "drivers/terminal.hpp"

#include <sys/ioctl.h>

namespace nmc::drivers {

std::size_t terminal_columns(int descriptor) {
  winsize size{};
  const bool is_known = ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? size.ws_col : 80;
}

}  // namespace nmc::drivers
