#include "drivers/python/arrays.hpp"

#include <fmt/format.h>

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "core/errors.hpp"

namespace py = pybind11;

namespace nmc::python {
namespace {

using Shape = std::vector<py::ssize_t>;
constexpr py::ssize_t kBytes = sizeof(double);

template <class Values>
py::capsule owner_of(std::unique_ptr<Values> values) {
  return {values.release(),
          [](void* held) { std::unique_ptr<Values>(static_cast<Values*>(held)); }};
}

// Of NumPy's own arrays, which hide nothing, nothing is asked: callbacks return them at every step.
void require_no_mask(const py::object& values, const std::string& name) {
  if (Py_TYPE(values.ptr()) == py::detail::npy_api::get().PyArray_Type_) return;
  const py::object is_masked = py::module_::import("numpy.ma").attr("is_masked");
  require(
      !is_masked(values).cast<bool>(),
      fmt::format("{}: numbers of the array are masked, which nmc would take for what lies below "
                  "the mask: leave their rows out (numpy.ma.compress_rows), or fill them",
                  name));
}

}  // namespace

Array array_of(Batch values) {
  auto held = std::make_unique<Batch>(std::move(values));
  const py::ssize_t rows = held->rows(), columns = held->cols();
  double* const data = held->data();
  const py::capsule owner = owner_of(std::move(held));
  return Array(Shape{rows, columns}, Shape{kBytes, kBytes * rows}, data, owner);
}

Array array_of(Column values) {
  auto held = std::make_unique<Column>(std::move(values));
  const py::ssize_t rows = held->rows();
  double* const data = held->data();
  const py::capsule owner = owner_of(std::move(held));
  return Array(Shape{rows}, Shape{kBytes}, data, owner);
}

std::string shape_words(const py::array& values) {
  return py::str(values.attr("shape"));
}

Array reals_of(const py::object& values, const std::string& name) {
  require_no_mask(values, name);
  const py::array any = py::array::ensure(values);
  constexpr std::string_view kReal = "biuf";
  if (!any || kReal.find(any.dtype().kind()) == std::string_view::npos) {
    PyErr_Clear();
    throw UserError(fmt::format("{}: an array must hold real numbers, and this is of {}", name,
                                std::string(py::str(py::type::of(values)))));
  }
  return Array::ensure(any);
}

Batch batch_of(const py::object& values, const std::string& name, Index sites) {
  const Array array = reals_of(values, name);
  require(array.ndim() == 2 && array.shape(1) == sites,
          fmt::format("{} has the shape {}; it must be (batch, {}), one row for each configuration",
                      name, shape_words(array), sites));
  return Eigen::Map<const Batch>(array.data(), array.shape(0), array.shape(1));
}

}  // namespace nmc::python
