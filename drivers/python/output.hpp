#pragma once

#include <cstdio>
#include <functional>
#include <string_view>

namespace nmc::python {

/// Takes what is printed on standard output; false where it cannot.
using Sink = std::function<bool(std::string_view)>;

/// Gives what this process prints through `stdout` to a sink for as long as it lives, since the
/// standard output of an interpreter is an object of its own (a cell of a notebook, a pipe). The
/// GNU C library lets a program set the variable `stdout` (libc manual, "Standard Streams").
class Output {
 public:
  explicit Output(Sink sink);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

 private:
  Sink sink_;
  std::FILE* stream_;
  std::FILE* before_;
};

}  // namespace nmc::python
