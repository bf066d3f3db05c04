#pragma once

#include <optional>
#include <string>
#include <vector>

#include "drivers/anneal/anneal_file.hpp"
#include "drivers/report/finding.hpp"
#include "drivers/report/ladder_report.hpp"

namespace nmc::drivers {

/// One temperature, or place on a path, of an annealing, all runs together.
struct AnnealStep {
  double beta = 0;  ///< or λ
  Compared lnZ;
  std::vector<Compared> observables;
  std::vector<std::optional<double>> exact;  ///< of the observables
  std::optional<double> lnZ_exact;           ///< these and `exact` of the steps that are shown
  double culled = 0, family_entropy = 0, rho_t = 0;  ///< means over the runs
  double ess = 0;  ///< of the weights, fraction of all configurations; importance annealing
};

/// Steps that a page shows: some twenty, counted from the last.
[[nodiscard]] bool is_shown(Index step, Index steps);

struct AnnealReport {
  std::string title, exact_method;
  bool resamples = true;
  bool is_path = false;  ///< from a start to a system: `beta` is λ, and there is no ground state
  Index population = 0, runs = 0;
  std::vector<std::string> observables;
  std::vector<AnnealStep> steps;
  double rho_f = 0;  ///< population x variance of lnZ over the runs
  double lowest_energy = 0, lowest_fraction = 0;
  std::optional<double> ground_state_energy;
  Findings findings;
};

/// What the families, or the weights, of its configurations say against a step.
[[nodiscard]] Findings judge_annealing(const AnnealReport& report);

[[nodiscard]] AnnealReport anneal_report(const AnnealFile& file);
[[nodiscard]] std::string anneal_text(const AnnealReport& report);
[[nodiscard]] std::string anneal_json(const AnnealReport& report);

}  // namespace nmc::drivers
