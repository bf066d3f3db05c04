#include "drivers/python/errors.hpp"

#include <fmt/format.h>
#include <pybind11/pybind11.h>

#include <filesystem>
#include <new>
#include <system_error>

#include "core/errors.hpp"

namespace py = pybind11;

namespace nmc::python {

Failure failure_of(const std::exception_ptr& failure) {
  enum ExitCode { defect = 1, user_error = 2, numerical_error = 3, interrupted = 75 };
  try {
    std::rethrow_exception(failure);
  } catch (const py::error_already_set& error) {
    return {"", error.what(), defect};
  } catch (const UserError& error) {
    return {"UserError", error.what(), user_error};
  } catch (const NumericalError& error) {
    return {"NumericalError", error.what(), numerical_error};
  } catch (const Interrupted& error) {
    return {"Interrupted", error.what(), interrupted};
  } catch (const std::bad_alloc&) {
    return {"UserError",
            "not enough memory: lower sampler.chains, train.batch or the size of the network "
            "(neuralmc.main([\"check\", …]))",
            user_error};
  } catch (const std::filesystem::filesystem_error& error) {
    const bool is_full = error.code() == std::errc::no_space_on_device;
    return {is_full ? "Interrupted" : "UserError", error.what(),
            is_full ? interrupted : user_error};
  } catch (const std::exception& error) {
    return {"Error", fmt::format("neuralmc has a defect, please report it: {}", error.what()),
            defect};
  }
}

void rethrow(const std::exception_ptr& failure) {
  const Failure known = failure_of(failure);
  if (known.type.empty()) std::rethrow_exception(failure);
  const py::object type = py::module_::import("neuralmc.errors").attr(known.type.c_str());
  PyErr_SetString(type.ptr(), known.message.c_str());
  throw py::error_already_set();
}

}  // namespace nmc::python
