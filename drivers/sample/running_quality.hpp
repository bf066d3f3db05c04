#pragma once

#include <optional>
#include <string>

#include "core/statistics/draw_blocks.hpp"
#include "drivers/plan/plan.hpp"
#include "drivers/session/progress_line.hpp"
#include "drivers/session/run_status.hpp"

namespace nmc::drivers {

/// How good the draws of this start are so far, by the first observable of some of this rank's
/// chains, in little memory and time.
class RunningQuality {
 public:
  explicit RunningQuality(const Plan& plan) : plan_(plan) {}
  /// The newest draws that the simulation holds.
  void add(const Simulation& simulation, Range draws);

  /// "acc 0.61  tau 3.2(2)  Rhat 1.003  ESS 11k  energy -95.46(8)"; empty before the eighth draw.
  [[nodiscard]] ProgressLine line() const;
  void note(RunStatus& status) const;

 private:
  [[nodiscard]] bool is_known() const;
  /// Of all chains.
  [[nodiscard]] double ess(const statistics::ChainSummary& summary) const;

  const Plan& plan_;
  std::string name_;
  std::optional<statistics::DrawBlocks> values_, acceptance_;
};

}  // namespace nmc::drivers
