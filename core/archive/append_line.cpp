#include "core/archive/append_line.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/archive/write_error.hpp"

namespace nmc::archive {

void append_line(const std::string& path, const std::string& line) {
  const int file =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (file < 0) fail_to_write(path, errno);
  struct stat before {};
  ::fstat(file, &before);
  const std::string text = line + "\n";
  ssize_t written = 0;
  do written = ::write(file, text.data(), text.size());
  while (written < 0 && errno == EINTR);
  const bool is_whole = written == static_cast<ssize_t>(text.size());
  const int reason = written < 0 ? errno : ENOSPC;
  // Half a line would be half of the next one, too.
  if (!is_whole && written > 0 && ::ftruncate(file, before.st_size) != 0) written = 0;
  ::close(file);
  if (!is_whole) fail_to_write(path, reason);
}

}  // namespace nmc::archive
