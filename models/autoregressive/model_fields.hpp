#pragma once

#include <array>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/archive/file.hpp"
#include "core/archive/model_entries.hpp"
#include "core/roles/condition.hpp"
#include "models/flows/nets/precision.hpp"

namespace nmc {

inline constexpr std::array<std::pair<const char*, Precision>, 2> kPrecisionNames{
    {{"float", Precision::single}, {"double", Precision::twice}}};

/// The name that a table of (name, value) gives to a value.
template <class Table, class Value>
[[nodiscard]] const char* name_in(const Table& table, Value value) {
  for (const auto& [name, meaning] : table)
    if (meaning == value) return name;
  return "";
}

void write_numbers(archive::File& file, const std::string& dataset,
                   const std::vector<Index>& numbers);

/// Group `beta` of a conditional network: where its range begins and ends, and its own beta.
void write_beta_range(archive::File& file, const std::string& model, const ConditionRange& range,
                      double own);

/// The same of a spec, where it has a range.
template <class Spec>
void write_beta(archive::File& file, const std::string& model, const Spec& spec) {
  if (spec.beta_range) write_beta_range(file, model, *spec.beta_range, spec.beta);
}

/// What a reader of a model asks of its group in a file; every refusal is a UserError that names
/// file and object.
class ModelFields {
 public:
  ModelFields(const archive::File& file, const std::string& model) : file_(file), model_(model) {}

  /// The group of the model.
  [[nodiscard]] const std::string& model() const { return model_; }
  [[nodiscard]] bool has(const std::string& object) const { return file_.has(object); }
  /// The value that a table of (name, value) gives to an attribute of the model.
  template <class Table>
  [[nodiscard]] auto choice(const char* attribute, const Table& table) const {
    std::vector<std::string> names;
    for (const auto& [name, meaning] : table) names.emplace_back(name);
    return table[place_of(attribute, names)].second;
  }
  /// A whole number 0 … limit.
  [[nodiscard]] Index count(const std::string& object, const char* attribute,
                            Index limit = Index{1} << 40) const;
  [[nodiscard]] double number(const std::string& object, const char* attribute) const;
  /// A dataset whose shape begins with `rows` (any number where it is negative) and has `columns`
  /// in the second place unless that is 0.
  [[nodiscard]] std::vector<Index> ints(const std::string& dataset, Index rows,
                                        Index columns = 0) const;
  /// The same of finite numbers.
  [[nodiscard]] std::vector<double> doubles(const std::string& dataset, Index rows,
                                            Index columns = 0) const;
  [[nodiscard]] std::vector<std::string> layers() const;
  /// nmc::refuse_others() of this file.
  void refuse_others(const std::string& object, const KnownEntries& known) const;
  /// Runs a check of what was read. It throws a logic_error for what a builder of networks did
  /// wrong; here the file did.
  void hold_together(const std::function<void()>& check) const;

 private:
  void check(bool holds, const std::string& object, const std::string& complaint) const;
  void check_shape(const std::string& dataset, Index rows, Index columns) const;
  [[nodiscard]] std::size_t place_of(const char* attribute,
                                     const std::vector<std::string>& names) const;

  const archive::File& file_;
  const std::string& model_;
};

/// What write_beta() wrote, if anything.
template <class Spec>
void read_beta(const ModelFields& fields, Spec& spec) {
  const std::string group = fields.model() + "/beta";
  if (!fields.has(group)) return;
  fields.refuse_others(group, {{"least", "most", "own"}});
  spec.beta_range = {"beta", fields.number(group, "least"), fields.number(group, "most")};
  spec.beta = fields.number(group, "own");
}

}  // namespace nmc
