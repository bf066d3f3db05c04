#pragma once

#include <optional>
#include <vector>

#include "drivers/report/draw_column.hpp"
#include "drivers/report/report_lines.hpp"

namespace nmc::drivers {

/// The lowest energy of a run, over all its temperatures.
struct GroundState {
  double lowest = 0;           ///< energy found
  Index chains_at_lowest = 0;  ///< chains, or ladders, that found it
  Index chains = 0;
  Index draws_at_lowest = 0;  ///< at the system's own temperature
  Index draws = 0;
  std::optional<double> exact;

  [[nodiscard]] bool is_exact() const;
};

/// Draws whose energy is `lowest`, as 1 and others as 0; sums of real couplings may differ by
/// rounding.
[[nodiscard]] statistics::Chains at_energy(const statistics::Chains& energy, double lowest);

/// From the energies of the system's own temperature and, of a ladder, of every rung.
[[nodiscard]] GroundState find_ground_state(const std::vector<DrawColumn>& rungs,
                                            const DrawColumn& own);

/// How often draws are at `lowest`, beside g exp(-beta E0) / Z where the exact solution says so.
[[nodiscard]] ReportLine ground_state_line(const DrawColumn& energy, double lowest, double beta,
                                           const std::optional<Exact>& exact);

}  // namespace nmc::drivers
