#pragma once

#include <string>
#include <vector>

#include "core/statistics/chains.hpp"
#include "drivers/json_line.hpp"

namespace nmc::drivers {

enum class Severity { warning, refusal };

/// Something that a reader must know before believing a number: what text, JSON and exit code all
/// render.
struct Finding {
  Severity severity = Severity::warning;
  std::string check;  ///< which one speaks: "rhat", "drift", "importance_ess", …
  /// The observable; "lnZ", the network's; kEveryObservable, all that the chains
  /// measured, at every temperature where beta is NaN.
  std::string about;
  std::string message;                      ///< what is wrong, and the way out
  double value = statistics::not_a_number;  ///< what was found
  double limit = statistics::not_a_number;  ///< and where it begins to be wrong
  double beta = statistics::not_a_number;   ///< of one temperature of a ladder; NaN: the run's
};
using Findings = std::vector<Finding>;

inline constexpr const char* kEveryObservable = "*";
/// Exit code of a run that is done, with a result refused.
inline constexpr int kRefusedExit = 4;

/// A number that a page shows: an observable, of one temperature of a ladder or of the run (NaN).
struct Shown {
  std::string name;
  double beta = statistics::not_a_number;
};

/// Whether that number must not be shown.
[[nodiscard]] bool is_refused(const Findings& findings, const Shown& shown);
[[nodiscard]] bool has_refusal(const Findings& findings);
/// Those of one severity, in their order.
[[nodiscard]] Findings of_severity(const Findings& findings, Severity severity);

/// One line for all findings of a check and severity, with the message of the worst; refusals
/// first. Empty where there are none.
[[nodiscard]] std::string findings_text(const Findings& findings);
/// Adds `refused` and `warnings`, the messages about that number.
void add_findings(const Findings& findings, const Shown& shown, JsonLine& json);
/// One object named verdict: `refused` and `warnings` with check, about, value, limit, beta,
/// message; `exit_code`.
[[nodiscard]] std::string verdict_json(const Findings& findings);

}  // namespace nmc::drivers
