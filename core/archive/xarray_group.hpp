#pragma once

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/archive/file.hpp"
#include "core/statistics/chains.hpp"

namespace nmc::archive {

/// A dimension with its coordinate values, integers, real numbers or words; the length is their
/// number.
struct Dimension {
  std::string name;
  std::vector<std::int64_t> values;
  std::vector<double> reals{};
  std::vector<std::string> words{};
  [[nodiscard]] Index length() const {
    return std::ssize(values) + std::ssize(reals) + std::ssize(words);
  }
};

/// 0, 1, … length-1.
[[nodiscard]] Dimension numbered(const std::string& name, Index length);

/// A variable over dimensions that the group defines, values row-major in that order. `is_bool`
/// marks int8 values as truth values. The values are not copied: keep them until the group is
/// written.
struct Variable {
  std::string name;
  std::vector<std::string> dimensions;
  std::variant<std::span<const double>, std::span<const float>, std::span<const std::int64_t>,
               std::span<const std::int8_t>>
      values;
  bool is_bool = false;
};

/// Writes the dimension 0, step, 2 step … of `length` values, however many.
void create_numbered(File& file, const std::string& dataset, Index length, Index step = 1);

/// A variable of zeros over dimensions that its group holds, to be filled by File::write_part.
void create_variable(File& file, const std::string& dataset,
                     const std::vector<std::string>& dimensions, Element element);

/// A (draws, chains) observable as variable [chain, draw].
[[nodiscard]] Variable chain_variable(const std::string& name, const statistics::Chains& chains);

/// Writes a group that xarray opens with both of its HDF5 engines: one 1-D dataset per dimension,
/// made a dimension scale and attached to every axis that uses it. UserError where a variable's
/// size does not fit its dimensions.
void write_xarray_group(File& file, const std::string& group,
                        const std::vector<Dimension>& dimensions,
                        const std::vector<Variable>& variables);

}  // namespace nmc::archive
