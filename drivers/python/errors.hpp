#pragma once

#include <exception>
#include <string>

namespace nmc::python {

/// What went wrong, as the program would say it.
struct Failure {
  std::string type;  ///< of neuralmc.errors; empty: it is an exception of Python's own
  std::string message;
  int exit_code = 1;
};

/// With or without the GIL.
[[nodiscard]] Failure failure_of(const std::exception_ptr& failure);

/// Throws it as an exception of Python's. Needs the GIL.
[[noreturn]] void rethrow(const std::exception_ptr& failure);

}  // namespace nmc::python
