#include "drivers/python/functions.hpp"

#include <fmt/format.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <utility>

#include "core/errors.hpp"
#include "drivers/python/arrays.hpp"

namespace py = pybind11;

namespace nmc::python {
namespace {

/// Rows that a function is given are a multiple of this, the last one repeated. NumPy adds up an
/// array of one row in another order than one of several, and a chain's number must not depend on
/// the others.
constexpr Index kRows = 8;

Index padded(Index rows) {
  return std::max<Index>((rows + kRows - 1) / kRows * kRows, kRows);
}

Array array_for(const Batch& x) {
  const Index rows = padded(x.rows());
  Array array({rows, x.cols()});
  Eigen::Map<Batch> all(array.mutable_data(), rows, x.cols());
  if (rows == x.rows()) {
    all = x;
    return array;
  }
  all.topRows(x.rows()) = x;
  const Index more = rows - x.rows();
  if (more > 0 && x.rows() > 0) all.bottomRows(more) = x.bottomRows(1).replicate(more, 1);
  return array;
}

}  // namespace

Functions::Functions(std::string name, py::object made)
    : name_(std::move(name)), made_(std::move(made)), sites_(made_.attr("sites").cast<Index>()) {
  if (has("states")) states_ = made_.attr("states").cast<Index>();
  if (has("extents")) extents_ = made_.attr("extents").cast<std::vector<Index>>();
}

Functions::~Functions() {
  const py::gil_scoped_acquire held;
  made_ = py::object();
}

bool Functions::has(const char* function) const {
  const py::gil_scoped_acquire held;
  return !py::getattr(made_, function, py::none()).is_none();
}

Column Functions::column(const char* function, const Batch& x) const {
  const py::gil_scoped_acquire held;
  return read_column(made_.attr(function)(array_for(x)), function, x);
}

Batch Functions::batch(const char* function, const Batch& x) const {
  const py::gil_scoped_acquire held;
  return read_batch(made_.attr(function)(array_for(x)), function, x);
}

Column Functions::both(const char* function, const Batch& x, Batch& second) const {
  const py::gil_scoped_acquire held;
  const py::object result = made_.attr(function)(array_for(x));
  require(py::isinstance<py::tuple>(result) && py::len(result) == 2,
          fmt::format("{}: {}(x) must return two arrays", name_, function));
  const auto pair = py::reinterpret_borrow<py::tuple>(result);
  second = read_batch(pair[1], function, x);
  return read_column(pair[0], function, x);
}

Column Functions::column_at(const char* function, const Batch& x, Index site) const {
  const py::gil_scoped_acquire held;
  return read_column(made_.attr(function)(array_for(x), site), function, x);
}

// The message is made where it is needed alone: these are called at every step of a trajectory.
Column Functions::read_column(const py::object& result, const char* function,
                              const Batch& x) const {
  const Array array = reals_of(result, name_);
  const Index rows = padded(x.rows());
  if (array.ndim() != 1 || array.shape(0) != rows)
    throw UserError(
        fmt::format("{}: {}(x) of an x of shape ({}, {}) returned the shape {}; it must be ({},), "
                    "one number for each configuration",
                    name_, function, rows, sites_, shape_words(array), rows));
  return Eigen::Map<const Column>(array.data(), x.rows());
}

Batch Functions::read_batch(const py::object& result, const char* function, const Batch& x) const {
  const Array array = reals_of(result, name_);
  const Index rows = padded(x.rows());
  if (array.ndim() != 2 || array.shape(0) != rows || array.shape(1) != sites_)
    throw UserError(
        fmt::format("{}: {}(x) of an x of shape ({}, {}) returned the shape {}; it must be that of "
                    "x",
                    name_, function, rows, sites_, shape_words(array)));
  const Eigen::Map<const Batch> all(array.data(), rows, sites_);
  if (rows == x.rows()) return all;
  return all.topRows(x.rows());
}

}  // namespace nmc::python
