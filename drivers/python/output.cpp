#include "drivers/python/output.hpp"

#include <sys/types.h>

#include <cerrno>
#include <utility>

#include "core/errors.hpp"

namespace nmc::python {
namespace {

ssize_t write_to_sink(void* sink, const char* bytes, std::size_t count) {
  if ((*static_cast<const Sink*>(sink))({bytes, count})) return static_cast<ssize_t>(count);
  errno = EIO;
  return 0;
}

}  // namespace

Output::Output(Sink sink)
    : sink_(std::move(sink)),
      stream_(::fopencookie(&sink_, "w", {nullptr, write_to_sink, nullptr, nullptr})),
      before_(stdout) {
  require(stream_ != nullptr, "there is no memory for a stream of standard output");
  stdout = stream_;
}

Output::~Output() {
  stdout = before_;
  std::fclose(stream_);
}

}  // namespace nmc::python
