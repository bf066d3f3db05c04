#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "drivers/report/report.hpp"
#include "drivers/report/sweep_report.hpp"

namespace nmc::drivers {

/// Draws from e^{−β E} / Z at one β.
struct SampledState {
  double beta = 0;
  std::vector<DrawColumn> columns;
  Findings findings{};  ///< of its report
};

/// A system at all β at which it was sampled: what differs between the runs is β, the seed, the
/// sampler and how long it went.
struct SampledSystem {
  std::string title;                     ///< "ising, 8x8 torus, 128 bonds"
  std::vector<GivenOption> settings;     ///< of [system], that its tasks set, without β and T
  std::string family;                    ///< what else than β and L the system is made of
  std::optional<double> size;            ///< L where that is one number
  bool is_random = false;                ///< whether its couplings are
  std::unique_ptr<const System> system;  ///< at the β of the first run
  bool is_solved = false;                ///< whether an exact solver reached it
  std::vector<SampledState> states;
  std::vector<std::string> asked;  ///< observables that the first job names, in its order
  std::vector<std::string> tasks;  ///< that the states are of; empty where there is one run
  std::vector<std::string> notes;  ///< what was left out, and why
};

/// One run, at one temperature or on a ladder. UserError where it cannot be weighted.
[[nodiscard]] SampledSystem sampled_system(const std::filesystem::path& run);

/// The tasks of a sweep that can be weighted, those of the same system together, in the order of
/// the first of each. `reasons`, where given, says why the others cannot.
[[nodiscard]] std::vector<SampledSystem> sampled_systems(
    const SweepReport& sweep, std::vector<std::string>* reasons = nullptr);

}  // namespace nmc::drivers
