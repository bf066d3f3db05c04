#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/statistics/summary.hpp"
#include "core/statistics/weights.hpp"
#include "drivers/report/ground_state.hpp"
#include "drivers/report/ladder_report.hpp"
#include "drivers/report/report_lines.hpp"
#include "drivers/report/run_file.hpp"

namespace nmc::drivers {

/// What fresh draws of the network say about it, and the upper bound from the Markov chain.
struct NetworkReport {
  statistics::WeightSummary weights;
  double acceptance = statistics::not_a_number;  ///< of the independent sampler, from all pairs
  double lnZ_upper = statistics::not_a_number;
  double lnZ_upper_error = statistics::not_a_number;
  std::optional<double> lnZ_exact;
  statistics::ImportanceEnergy importance;  ///< NaN where the density is not Boltzmann's
};

/// One part of a composed sampler.
struct PartReport {
  std::string name;
  Index runs = 0;  ///< of one chain, warm-up included
  double acceptance = statistics::not_a_number;
  double cpu_seconds = 0;
};

struct SamplerReport {
  double acceptance = statistics::not_a_number;
  Index longest_rejection_run = 0;
  Index divergences = 0;
  std::vector<PartReport> parts{};
};

struct Report {
  std::string title;         ///< system and sampler
  std::string exact_method;  ///< or the reason why there is none
  std::vector<ReportLine> lines;
  std::string refusal;  ///< why `lines` must not be shown as numbers; empty when they may
  SamplerReport sampler;
  std::optional<NetworkReport> network;
  std::optional<LadderReport> ladder;
  std::optional<GroundState> ground_state;
};

[[nodiscard]] Report make_report(const RunFile& run);

[[nodiscard]] std::string ground_state_text(const GroundState& found);
/// One object named ground_state.
[[nodiscard]] std::string ground_state_json(const GroundState& found);

/// The page for a terminal.
[[nodiscard]] std::string report_text(const Report& report);
/// One JSON object per line, the keys of interface.md.
[[nodiscard]] std::string report_json(const Report& report);

/// Below either of these an importance estimate carries no error bar: a run at an ESS of 0.8 % was
/// seen to be 22 % off with a small error bar (conventions.md, section 6).
inline constexpr double kLeastEffectiveDraws = 50;
inline constexpr double kLeastEss = 0.01;
[[nodiscard]] bool carries_error_bar(const statistics::WeightSummary& weights);
/// "importance ESS is 0.8 % (8 of 1000): too low …"
[[nodiscard]] std::string low_ess_message(const statistics::WeightSummary& weights);

}  // namespace nmc::drivers
