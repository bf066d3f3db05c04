#include <fmt/format.h>

#include <utility>

#include "core/errors.hpp"
#include "models/flows/nets/layer_fields.hpp"
#include "models/flows/nets/named_arrays.hpp"
#include "models/flows/symplectic/kick.hpp"
#include "models/flows/symplectic/oscillators.hpp"
#include "models/flows/symplectic/point_transform.hpp"
#include "models/flows/symplectic/rotation.hpp"

namespace nmc {

using archive::File;

namespace {

NamedArrays kick_arrays(const KickSpec& spec) {
  const KickNumbers at(spec);
  const Index half = spec.sites / 2, hidden = spec.hidden;
  NamedArrays of{{{"quadratic", at.quadratic, {half * (half + 1) / 2}},
                  {"W", at.weight, {hidden, half}},
                  {"amplitude", at.amplitude, {hidden}}},
                 spec.conditions};
  if (spec.is_odd) return of;
  of.arrays.push_back({"b", at.bias, {hidden}});
  of.arrays.push_back({"constant", at.constant, {half}});
  return of;
}

NamedArrays frequency_arrays(Index sites, Index conditions) {
  return {{{"log_frequency", 0, {sites / 2}}}, conditions};
}

NamedArrays factor_arrays(Index sites, Index conditions) {
  return {{{"factors", 0, {sites / 2, sites / 2}}}, conditions};
}

NamedArrays angle_arrays(Index sites, Index conditions) {
  const Index half = sites / 2;
  return {{{"X", 0, {half * (half - 1) / 2}}}, conditions};
}

}  // namespace

void OscillatorLayer::write(File& file, const std::string& group,
                            std::span<const double> parameters) const {
  file.set_attribute(group, "type", "oscillators");
  write_condition_count(file, group, conditions());
  write_named(file, group, frequency_arrays(sites(), conditions()), parameters);
}

StoredLayer OscillatorLayer::read(const File& file, const std::string& group, Index sites) {
  const int conditions = read_condition_count(file, group);
  auto layer = std::make_unique<OscillatorLayer>(sites, conditions);
  KnownEntries known{{"type", "conditions"}};
  std::vector<double> numbers = read_named(file, group, frequency_arrays(sites, conditions), known);
  refuse_others(file, group, known);
  return {std::move(layer), std::move(numbers)};
}

void PointTransform::write(File& file, const std::string& group,
                           std::span<const double> parameters) const {
  file.set_attribute(group, "type", "point_transform");
  write_condition_count(file, group, conditions());
  write_named(file, group, factor_arrays(sites(), conditions()), parameters);
}

StoredLayer PointTransform::read(const File& file, const std::string& group, Index sites) {
  const int conditions = read_condition_count(file, group);
  auto layer = std::make_unique<PointTransform>(sites, conditions);
  KnownEntries known{{"type", "conditions"}};
  std::vector<double> numbers = read_named(file, group, factor_arrays(sites, conditions), known);
  refuse_others(file, group, known);
  return {std::move(layer), std::move(numbers)};
}

void RotationLayer::write(File& file, const std::string& group,
                          std::span<const double> parameters) const {
  file.set_attribute(group, "type", "rotation");
  write_condition_count(file, group, conditions());
  write_named(file, group, angle_arrays(sites(), conditions()), parameters);
}

StoredLayer RotationLayer::read(const File& file, const std::string& group, Index sites) {
  const int conditions = read_condition_count(file, group);
  auto layer = std::make_unique<RotationLayer>(sites, conditions);
  KnownEntries known{{"type", "conditions"}};
  std::vector<double> numbers = read_named(file, group, angle_arrays(sites, conditions), known);
  refuse_others(file, group, known);
  return {std::move(layer), std::move(numbers)};
}

void KickLayer::write(File& file, const std::string& group,
                      std::span<const double> parameters) const {
  file.set_attribute(group, "type", "kick");
  file.set_attribute(group, "moves", spec_.is_drift ? "positions" : "momenta");
  file.set_attribute(group, "odd", static_cast<std::int64_t>(spec_.is_odd ? 1 : 0));
  write_condition_count(file, group, conditions());
  write_named(file, group, kick_arrays(spec_), parameters);
}

StoredLayer KickLayer::read(const File& file, const std::string& group, Index sites) {
  KickSpec spec;
  spec.sites = sites;
  spec.is_drift = one_of(file, group, "moves", {"positions", "momenta"}) == "positions";
  spec.is_odd = read_layer_flag(file, group, "odd");
  spec.conditions = read_condition_count(file, group);
  const std::string units = group + "/amplitude";
  constexpr Index kMost = 1 << 15;
  const archive::Shape hidden = file.shape(units);
  require(hidden.size() == 1 && hidden[0] >= 1 && hidden[0] <= kMost,
          fmt::format("{}: {} has one number for each of 1 to {} hidden units", file.path(), units,
                      kMost));
  spec.hidden = static_cast<int>(hidden[0]);
  auto layer = std::make_unique<KickLayer>(spec);
  KnownEntries known{{"type", "moves", "odd", "conditions"}};
  std::vector<double> numbers = read_named(file, group, kick_arrays(spec), known);
  refuse_others(file, group, known);
  return {std::move(layer), std::move(numbers)};
}

}  // namespace nmc
