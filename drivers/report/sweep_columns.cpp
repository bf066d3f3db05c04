#include "drivers/report/sweep_columns.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include "core/archive/xarray_group.hpp"
#include "core/options/sweep_values.hpp"

namespace nmc::drivers {
namespace {

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kNoInteger = std::numeric_limits<std::int64_t>::min();

std::optional<std::int64_t> whole(const std::string& word) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

/// Words as whole numbers, as numbers, or as they are; an empty word is a missing number.
struct Parsed {
  std::vector<std::int64_t> integers;
  std::vector<double> reals;
  [[nodiscard]] bool are_words() const { return integers.empty() && reals.empty(); }
};

Parsed parse(const std::vector<std::string>& words) {
  Parsed parsed;
  for (const std::string& word : words) {
    const auto value = whole(word);
    if (value || word.empty()) parsed.integers.push_back(value.value_or(kNoInteger));
    const auto number = number_value(word);
    if (number || word.empty()) parsed.reals.push_back(number.value_or(kNoNumber));
  }
  if (parsed.integers.size() != words.size()) parsed.integers.clear();
  if (parsed.reals.size() != words.size() || !parsed.integers.empty()) parsed.reals.clear();
  return parsed;
}

/// The column of that name, made where it is not there: as long as `empty` says, of its value.
template <class Columns, class Value>
auto& column_of(Columns& columns, const std::string& name,
                const std::pair<std::size_t, Value>& empty) {
  const auto [it, is_new] = columns.try_emplace(name);
  if (is_new) it->second.assign(empty.first, empty.second);
  return it->second;
}

std::vector<std::string> values_of(const SweepLine& line, std::size_t key) {
  std::vector<std::string> values;
  for (const auto& together : line.values) values.push_back(together[key]);
  return values;
}

archive::Dimension dimension_of(const SweepLine& line) {
  const std::vector<std::string> words = values_of(line, 0);
  Parsed parsed = parse(words);
  archive::Dimension dimension{full_key(line.keys.front()), std::move(parsed.integers),
                               std::move(parsed.reals)};
  if (dimension.length() == 0) dimension.words = words;
  return dimension;
}

}  // namespace

SweepColumns::SweepColumns(std::vector<SweepLine> grid, std::size_t tasks)
    : grid_(std::move(grid)), tasks_(tasks) {}

void SweepColumns::set(const std::string& name, std::size_t task, double value) {
  column_of(reals_, name, std::pair{tasks_, kNoNumber})[task] = value;
}

void SweepColumns::set(const std::string& name, std::size_t task, Index value) {
  column_of(integers_, name, std::pair{tasks_, kNoInteger})[task] = value;
}

void SweepColumns::set(const std::string& name, std::size_t task, const std::string& word) {
  column_of(words_, name, std::pair{tasks_, std::string()})[task] = word;
}

void SweepColumns::set(const std::string& name, std::size_t task, bool value) {
  column_of(flags_, name, std::pair{tasks_, std::int8_t{0}})[task] =
      static_cast<std::int8_t>(value ? 1 : 0);
}

void SweepColumns::read_numbers(const std::string& name) {
  Parsed parsed = parse(words_.at(name));
  if (parsed.are_words()) return;
  words_.erase(name);
  if (parsed.reals.empty())
    integers_[name] = std::move(parsed.integers);
  else
    reals_[name] = std::move(parsed.reals);
}

void SweepColumns::describe(const std::string& name, const std::string& long_name,
                            const std::string& units) {
  descriptions_[name] = {long_name, units};
}

bool SweepColumns::is_on_an_axis(const std::string& name) const {
  return std::ranges::any_of(grid_, [&](const SweepLine& line) {
    return std::ranges::find(line.keys, name, full_key) != line.keys.end();
  });
}

void SweepColumns::write(archive::File& file) const {
  std::vector<archive::Dimension> dimensions;
  for (const SweepLine& line : grid_) dimensions.push_back(dimension_of(line));
  if (grid_.empty()) dimensions.push_back(archive::numbered("task", static_cast<Index>(tasks_)));
  archive::write_xarray_group(file, "/", dimensions, {});
  std::vector<std::string> axes;
  for (const archive::Dimension& dimension : dimensions) axes.push_back(dimension.name);
  write_variables(file, axes);
  write_coordinates(file);
  for (const auto& [name, description] : descriptions_) {
    if (!file.has("/" + name)) continue;
    file.set_attribute("/" + name, "long_name", description.long_name);
    if (file.kind("/" + name) != archive::Kind::text)
      file.set_attribute("/" + name, "units", description.units);
  }
}

namespace {

/// A dataset over the axes, attached to them.
template <class Values>
void write_over(archive::File& file, const std::string& name, const std::vector<std::string>& axes,
                const Values& values) {
  archive::Shape shape;
  for (const std::string& axis : axes) shape.push_back(file.shape("/" + axis).at(0));
  file.write("/" + name, shape, values);
  for (std::size_t axis = 0; axis < axes.size(); ++axis)
    file.attach_dimension_scale("/" + name, static_cast<Index>(axis), "/" + axes[axis]);
}

/// xarray makes of a masked whole number a NaN.
void write_integers(archive::File& file, const std::string& name,
                    const std::vector<std::string>& axes, const std::vector<std::int64_t>& values) {
  write_over(file, name, axes, std::span<const std::int64_t>(values));
  if (std::ranges::find(values, kNoInteger) != values.end())
    file.set_attribute("/" + name, "_FillValue", kNoInteger);
}

}  // namespace

void SweepColumns::write_variables(archive::File& file,
                                   const std::vector<std::string>& axes) const {
  for (const auto& [name, values] : reals_)
    if (!is_on_an_axis(name)) write_over(file, name, axes, std::span<const double>(values));
  for (const auto& [name, values] : integers_)
    if (!is_on_an_axis(name)) write_integers(file, name, axes, values);
  for (const auto& [name, values] : flags_) {
    write_over(file, name, axes, std::span<const std::int8_t>(values));
    file.set_attribute("/" + name, "dtype", "bool");
  }
  for (const auto& [name, values] : words_)
    if (!is_on_an_axis(name)) write_over(file, name, axes, values);
}

// Keys that are set together with the first one of their line are coordinates of its dimension.
void SweepColumns::write_coordinates(archive::File& file) const {
  std::string names;
  for (const SweepLine& line : grid_)
    for (std::size_t key = 1; key < line.keys.size(); ++key) {
      const std::string name = full_key(line.keys[key]);
      const std::vector<std::string> axis{full_key(line.keys.front())};
      const std::vector<std::string> words = values_of(line, key);
      const Parsed parsed = parse(words);
      if (parsed.are_words())
        write_over(file, name, axis, words);
      else if (parsed.reals.empty())
        write_integers(file, name, axis, parsed.integers);
      else
        write_over(file, name, axis, std::span<const double>(parsed.reals));
      names += (names.empty() ? "" : " ") + name;
    }
  if (!names.empty()) file.set_attribute("/", "coordinates", names);
}

}  // namespace nmc::drivers
