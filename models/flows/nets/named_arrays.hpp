#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/archive/file.hpp"
#include "core/archive/model_entries.hpp"
#include "core/batch.hpp"

namespace nmc {

/// A dataset of a layer whose numbers are on lines in the conditions, and its place among them.
struct NamedArray {
  std::string dataset;
  Index first = 0;
  archive::Shape shape{};
  [[nodiscard]] Index count() const {
    Index product = 1;
    for (const Index extent : shape) product *= extent;
    return product;
  }
};

/// The arrays that fill the lines of a layer.
struct NamedArrays {
  std::vector<NamedArray> arrays;
  Index conditions = 0;

  [[nodiscard]] Index numbers() const;
};

/// Each array in a dataset of `group`, its slopes (conditions, shape) in one called `_slopes`.
void write_named(archive::File& file, const std::string& group, const NamedArrays& of,
                 std::span<const double> parameters);
/// The parameters; `known` gets the names of the datasets. UserError where a shape is another.
[[nodiscard]] std::vector<double> read_named(const archive::File& file, const std::string& group,
                                             const NamedArrays& of, KnownEntries& known);

}  // namespace nmc
