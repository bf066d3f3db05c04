#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/roles/sampler.hpp"
#include "physics/systems/xy.hpp"

namespace nmc::test {

/// Every sampler of angles, by name.
[[nodiscard]] const std::vector<std::string>& angle_samplers();
[[nodiscard]] std::unique_ptr<Sampler> make_angle_sampler(const std::string& name,
                                                          const CoupledAngles& target);

/// Three angles with couplings of both signs that cannot all be satisfied, two bonds between one
/// pair, and fields.
[[nodiscard]] Graph frustrated_triangle();

/// Independent draws of the model by rejection from uniform angles, (chains, sites).
[[nodiscard]] Batch equilibrium_draws(const XyModel& model, Index chains);

}  // namespace nmc::test
