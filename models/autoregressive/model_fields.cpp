#include "models/autoregressive/model_fields.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"

namespace nmc {

void write_numbers(archive::File& file, const std::string& dataset,
                   const std::vector<Index>& numbers) {
  const std::vector<std::int64_t> wide(numbers.begin(), numbers.end());
  file.write(dataset, {std::ssize(wide)}, wide);
}

void write_beta_range(archive::File& file, const std::string& model, const ConditionRange& range,
                      double own) {
  const std::string group = model + "/beta";
  file.create_group(group);
  file.set_attribute(group, "least", range.least);
  file.set_attribute(group, "most", range.most);
  file.set_attribute(group, "own", own);
}

void ModelFields::check(bool holds, const std::string& object, const std::string& complaint) const {
  require(holds, fmt::format("{}: {} {}", file_.path(), object, complaint));
}

std::size_t ModelFields::place_of(const char* attribute,
                                  const std::vector<std::string>& names) const {
  const std::string value = file_.string_attribute(model_, attribute);
  const auto it = std::ranges::find(names, value);
  require(it != names.end(), fmt::format("{}: {} of {} is \"{}\"; it is one of {}", file_.path(),
                                         attribute, model_, value, fmt::join(names, ", ")));
  return static_cast<std::size_t>(it - names.begin());
}

Index ModelFields::count(const std::string& object, const char* attribute, Index limit) const {
  const std::int64_t value = file_.int_attribute(object, attribute);
  check(value >= 0 && value <= limit, object,
        fmt::format("{} = {} is out of range", attribute, value));
  return value;
}

double ModelFields::number(const std::string& object, const char* attribute) const {
  const double value = file_.double_attribute(object, attribute);
  check(std::isfinite(value), object, fmt::format("{} = {} is not finite", attribute, value));
  return value;
}

std::vector<Index> ModelFields::ints(const std::string& dataset, Index rows, Index columns) const {
  check_shape(dataset, rows, columns);
  nmc::refuse_others(file_, dataset, {});
  const auto wide = file_.read_ints(dataset);
  return {wide.begin(), wide.end()};
}

std::vector<double> ModelFields::doubles(const std::string& dataset, Index rows,
                                         Index columns) const {
  check_shape(dataset, rows, columns);
  nmc::refuse_others(file_, dataset, {});
  std::vector<double> numbers = file_.read_doubles(dataset);
  const auto is_finite = [](double value) { return std::isfinite(value); };
  check(std::ranges::all_of(numbers, is_finite), dataset, "holds a number that is not finite");
  return numbers;
}

std::vector<std::string> ModelFields::layers() const {
  return layer_names(file_, model_);
}

void ModelFields::refuse_others(const std::string& object, const KnownEntries& known) const {
  nmc::refuse_others(file_, object, known);
}

void ModelFields::hold_together(const std::function<void()>& check) const {
  std::string complaint;
  try {
    check();
  } catch (const UserError& error) {
    complaint = error.what();
  } catch (const std::logic_error& error) {
    complaint = error.what();
  }
  require(complaint.empty(),
          fmt::format("{}: {} does not hold together: {}", file_.path(), model_, complaint));
}

void ModelFields::check_shape(const std::string& dataset, Index rows, Index columns) const {
  check(file_.is_dataset(dataset), dataset, "is missing (docs/model-file.md)");
  const archive::Shape shape = file_.shape(dataset);
  const bool has_rank = shape.size() == (columns == 0 ? 1U : 2U);
  check(has_rank && (rows < 0 || shape[0] == rows) && (columns == 0 || shape[1] == columns),
        dataset,
        fmt::format("has shape ({}), expected ({}{})", fmt::join(shape, ", "),
                    rows < 0 ? std::string("any") : std::to_string(rows),
                    columns == 0 ? "" : ", " + std::to_string(columns)));
}

}  // namespace nmc
