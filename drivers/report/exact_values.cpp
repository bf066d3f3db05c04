#include "drivers/report/exact_values.hpp"

#include <algorithm>
#include <cmath>

namespace nmc::drivers {

std::vector<std::pair<std::string, double>> named_values(const Exact& exact) {
  std::vector<std::pair<std::string, double>> values;
  if (!std::isnan(exact.lnZ)) values.emplace_back("lnZ", exact.lnZ);
  const auto add = [&](const char* name, const std::optional<double>& value) {
    if (value) values.emplace_back(name, *value);
  };
  add("energy", exact.energy);
  add("heat", exact.heat);
  add("abs_m", exact.abs_m);
  add("m2", exact.m2);
  add("m4", exact.m4);
  add("action", exact.action);
  add("phi4", exact.phi4);
  add("helicity_modulus", exact.helicity_modulus);
  add("mx", exact.mx);
  add("gap", exact.gap);
  add("entropy", exact.entropy);
  add("overlap_q2", exact.overlap_q2);
  add("ground_state_energy", exact.ground_state_energy);
  return values;
}

ExactEffort effort_for(const std::vector<std::string>& observables) {
  ExactEffort effort;
  const bool is_compared = std::ranges::any_of(observables, [](const std::string& name) {
    return name == "abs_m" || name == "m2" || name == "m4";
  });
  effort.moments = is_compared ? Moments::all : Moments::none;
  return effort;
}

ExactEffort effort_for(const std::vector<DrawColumn>& columns) {
  std::vector<std::string> names;
  for (const DrawColumn& column : columns) names.push_back(column.name());
  return effort_for(names);
}

}  // namespace nmc::drivers
