#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/statistics/ladder_lnz.hpp"
#include "drivers/catalog/entries/entry.hpp"
#include "drivers/report/finding.hpp"
#include "drivers/report/report_lines.hpp"
#include "drivers/report/run_file.hpp"

namespace nmc::drivers {

/// A value with its error beside the exact one.
struct Compared {
  double value = statistics::not_a_number;
  double error = statistics::not_a_number;
  double z = statistics::not_a_number;
};
[[nodiscard]] Compared compare(double value, double error, const std::optional<double>& exact);

/// One temperature of a ladder.
struct RungReport {
  double beta = 0;
  std::vector<ReportLine> lines;
  double swap_acceptance = statistics::not_a_number;  ///< with the next colder rung
  double hot_fraction = statistics::not_a_number;     ///< replicas that come from the hot end
  Compared lnZ_integrated, lnZ_mbar;                  ///< see LadderReport::is_absolute
  Compared lnZ_lower, lnZ_upper;                      ///< of any ⟨E⟩ that falls with β; no z
  Compared entropy, free_energy;  ///< lnZ + β⟨E⟩ and −lnZ/β, integrated; of absolute ladders
  std::optional<double> lnZ_exact;  ///< see LadderReport::is_absolute
  std::optional<Exact> exact;       ///< of this temperature
};

struct LadderReport {
  std::vector<RungReport> rungs;
  /// Whether lnZ is that of exp(-beta E), the ladder beginning at beta = 0 where Z = 2^N; else it
  /// is lnZ(beta) - lnZ(first beta).
  bool is_absolute = false;
  bool has_lnZ = false;
  bool is_binned = false;  ///< draws are means of measurements, of which MBAR can make nothing
  Index own_rung = 0;      ///< at the system's beta
  double barrier = 0, round_trips = 0, round_trip_time = 0, best_round_trip_time = 0;
};

/// `is_solved`: whether an exact solver reached the system at its own temperature; else the others
/// are not tried.
[[nodiscard]] LadderReport ladder_report(const LadderFile& ladder, const System& system,
                                         bool is_solved, const Threads& threads);

/// The name of lnZ from the energies of all temperatures, in findings.
inline constexpr const char* kLadderLnZ = "lnZ of the ladder";

/// A temperature as findings name it: that of the system is the run's, NaN.
[[nodiscard]] double beta_in_findings(const LadderReport& report, const RungReport& rung);

/// lnZ is made of the energies of all temperatures: where one of them is refused, so is lnZ.
[[nodiscard]] Findings judge_ladder(const LadderReport& report, const Findings& findings);

/// Both tables and the line on round trips.
[[nodiscard]] std::string ladder_text(const LadderReport& report, const Findings& findings);
/// Per temperature one object for each observable, lnZ_integration and lnZ_mbar, the system's own
/// temperature last, so that a reader who keeps one object per name keeps that; then one object
/// named ladder.
[[nodiscard]] std::string ladder_json(const LadderReport& report, const Findings& findings);

}  // namespace nmc::drivers
