#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/archive/file.hpp"
#include "core/batch.hpp"
#include "core/simd/tile.hpp"

/// What the layers of a flow have in common in a model file.
namespace nmc {

/// Numbers of sites, masks or orbits. UserError where they are missing, negative or beyond an int.
[[nodiscard]] std::vector<int> read_int_vector(const archive::File& file,
                                               const std::string& dataset);

/// Attribute `conditions` of a layer that reads some: how many.
void write_condition_count(archive::File& file, const std::string& group, Index conditions);
/// 0 without the attribute. UserError where that many cannot be.
[[nodiscard]] int read_condition_count(const archive::File& file, const std::string& group);

/// What lies in a layer that has numbers with slopes: `slopes` beside what is given.
[[nodiscard]] std::vector<std::string> with_slopes(std::vector<std::string> children,
                                                   int conditions);
/// Numbers (numbers), and where they read conditions their slopes, (conditions, numbers), in
/// `slopes` beside `dataset`.
void write_lines(archive::File& file, const std::string& dataset, Index numbers,
                 std::span<const double> parameters);
/// How many numbers and conditions there are.
struct LineCount {
  Index numbers = 0;
  Index conditions = 0;
};
[[nodiscard]] std::vector<double> read_lines(const archive::File& file, const std::string& dataset,
                                             const LineCount& count);

/// An attribute that is a number of steps, 1 to 2^15; UserError where it is another one.
[[nodiscard]] int read_step_count(const archive::File& file, const std::string& group,
                                  const std::string& name);

/// An attribute that is 0 or 1; UserError where it is another number.
[[nodiscard]] bool read_layer_flag(const archive::File& file, const std::string& group,
                                   const std::string& name);

/// The attribute `activation`.
[[nodiscard]] const char* name_of(simd::Activation activation);
[[nodiscard]] simd::Activation read_activation(const archive::File& file, const std::string& group);

[[nodiscard]] inline std::vector<std::int64_t> wide(const std::vector<int>& numbers) {
  return {numbers.begin(), numbers.end()};
}

}  // namespace nmc
