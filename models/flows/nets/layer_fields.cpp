#include "models/flows/nets/layer_fields.hpp"

#include <fmt/format.h>

#include <limits>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"

namespace nmc {
namespace {

std::string slopes_beside(const std::string& dataset) {
  return dataset.substr(0, dataset.rfind('/')) + "/slopes";
}

}  // namespace

std::vector<int> read_int_vector(const archive::File& file, const std::string& dataset) {
  require(file.has(dataset),
          fmt::format("{}: {} is missing (docs/model-file.md)", file.path(), dataset));
  refuse_others(file, dataset, {});
  const auto numbers = file.read_ints(dataset);
  // No site, mask or orbit is beyond an int.
  for (const std::int64_t number : numbers)
    require(number >= 0 && number < std::numeric_limits<int>::max(),
            fmt::format("{}: {} holds {}, which is out of range", file.path(), dataset, number));
  return {numbers.begin(), numbers.end()};
}

void write_condition_count(archive::File& file, const std::string& group, Index conditions) {
  if (conditions > 0)
    file.set_attribute(group, "conditions", static_cast<std::int64_t>(conditions));
}

int read_condition_count(const archive::File& file, const std::string& group) {
  if (!file.has_attribute(group, "conditions")) return 0;
  const std::int64_t count = file.int_attribute(group, "conditions");
  // No system has as many numbers that could be an input.
  constexpr std::int64_t kMost = 1000;
  require(count >= 1 && count <= kMost,
          fmt::format("{}: {} has {} conditions; there are 1 ... {}, or no such attribute",
                      file.path(), group, count, kMost));
  return static_cast<int>(count);
}

std::vector<std::string> with_slopes(std::vector<std::string> children, int conditions) {
  if (conditions > 0) children.emplace_back("slopes");
  return children;
}

void write_lines(archive::File& file, const std::string& dataset, Index numbers,
                 std::span<const double> parameters) {
  const auto count = static_cast<std::size_t>(numbers);
  file.write(dataset, {numbers}, parameters.first(count));
  const std::span<const double> slopes = parameters.subspan(count);
  if (!slopes.empty())
    file.write(slopes_beside(dataset), {std::ssize(slopes) / numbers, numbers}, slopes);
}

std::vector<double> read_lines(const archive::File& file, const std::string& dataset,
                               const LineCount& count) {
  require_shape(file, dataset, {count.numbers});
  std::vector<double> lines = file.read_doubles(dataset);
  if (count.conditions == 0) return lines;
  const std::string beside = slopes_beside(dataset);
  require_shape(file, beside, {count.conditions, count.numbers});
  const std::vector<double> slopes = file.read_doubles(beside);
  lines.insert(lines.end(), slopes.begin(), slopes.end());
  return lines;
}

int read_step_count(const archive::File& file, const std::string& group, const std::string& name) {
  constexpr std::int64_t kMost = 1 << 15;
  const std::int64_t count = file.int_attribute(group, name);
  require(count >= 1 && count <= kMost,
          fmt::format("{}: {} has {} = {}; it is 1 to {}", file.path(), group, name, count, kMost));
  return static_cast<int>(count);
}

bool read_layer_flag(const archive::File& file, const std::string& group, const std::string& name) {
  const std::int64_t flag = file.int_attribute(group, name);
  require(flag == 0 || flag == 1,
          fmt::format("{}: {} has {} = {}; it is 0 or 1", file.path(), group, name, flag));
  return flag == 1;
}

const char* name_of(simd::Activation activation) {
  switch (activation) {
    case simd::Activation::elu:
      return "elu";
    case simd::Activation::tanh:
      return "tanh";
    case simd::Activation::softplus:
      return "softplus";
  }
  return "";
}

simd::Activation read_activation(const archive::File& file, const std::string& group) {
  const std::string name = one_of(file, group, "activation", {"elu", "tanh", "softplus"});
  return name == "elu"    ? simd::Activation::elu
         : name == "tanh" ? simd::Activation::tanh
                          : simd::Activation::softplus;
}

}  // namespace nmc
