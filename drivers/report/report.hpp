#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/statistics/summary.hpp"
#include "drivers/report/finding.hpp"
#include "drivers/report/ground_state.hpp"
#include "drivers/report/judge_network.hpp"
#include "drivers/report/ladder_report.hpp"
#include "drivers/report/report_lines.hpp"
#include "drivers/report/run_file.hpp"

namespace nmc::drivers {

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
  Index steps_per_draw = 0;
  /// As tuned; NaN, and 0 leapfrog steps, of samplers that have none.
  double step_size = statistics::not_a_number;
  Index n_steps = 0;
  std::string fitted{};  ///< what warm-up has fitted, in words; may be empty
  /// Of the sampling with its warm-up, and of the training of its network, earlier starts included.
  archive::PhaseTime sample, train;
  std::vector<PartReport> parts{};
};

struct Report {
  std::string title;         ///< system and sampler
  std::string exact_method;  ///< or the reason why there is none
  std::vector<ReportLine> lines;
  SamplerReport sampler;
  std::optional<NetworkReport> network;
  NetworkNotes network_notes;
  StopReport stop;
  /// Of chains that cannot move where the network is poor; none of others.
  std::optional<ProposalChains> proposals;
  ProposalChains moves;  ///< of chains that rest on no network; no draws where none is known
  std::string cure;      ///< a composition that would move them there
  std::optional<LadderReport> ladder;
  std::optional<GroundState> ground_state;
  Findings findings;  ///< what is refused, and what a reader is warned of
};

/// What stands against the numbers of a report.
[[nodiscard]] Findings judge_report(const Report& report);

[[nodiscard]] Report make_report(const RunFile& run);

[[nodiscard]] std::string ground_state_text(const GroundState& found);
/// One object named ground_state.
[[nodiscard]] std::string ground_state_json(const GroundState& found);

/// The page for a terminal.
[[nodiscard]] std::string report_text(const Report& report);
/// One JSON object per line, the keys of interface.md.
[[nodiscard]] std::string report_json(const Report& report);

}  // namespace nmc::drivers
