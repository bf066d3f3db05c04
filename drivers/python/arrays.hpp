#pragma once

#include <pybind11/numpy.h>

#include <string>

#include "core/batch.hpp"

/// Between NumPy and batches. NumPy's arrays are (chains, sites) as well; those that are made here
/// have the order of a batch, chains innermost ("F"), so that x.T is contiguous.
namespace nmc::python {

using Array = pybind11::array_t<double, pybind11::array::f_style | pybind11::array::forcecast>;

/// The memory of `values` goes along, nothing is copied. Needs the GIL, as all here does.
[[nodiscard]] Array array_of(Batch values);
[[nodiscard]] Array array_of(Column values);

/// UserError where `values` are no real numbers of shape (chains, sites); `name` is what they are
/// called, "x" for example.
[[nodiscard]] Batch batch_of(const pybind11::object& values, const std::string& name, Index sites);

/// Numbers of any shape; UserError where they are none.
[[nodiscard]] Array reals_of(const pybind11::object& values, const std::string& name);

/// "(64, 256)"
[[nodiscard]] std::string shape_words(const pybind11::array& values);

}  // namespace nmc::python
