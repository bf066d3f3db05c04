#pragma once

#include <vector>

#include "drivers/report/finding.hpp"
#include "drivers/report/report_lines.hpp"
#include "physics/system.hpp"

namespace nmc::drivers {

/// Of a wave function beside the exact ground state: an energy that lies below it by more error
/// bars than chance gives. No state has one, so that its error is too small: a part of ⟨H⟩ lies
/// where |ψ|² is too small to be drawn. Energies above are what the wave function cannot say.
[[nodiscard]] Findings judge_bound(const std::vector<ReportLine>& lines);

/// Of chains in equilibrium with their neighbourhood that lie where no mean can, as in a phase that
/// the field does not favour: a mean beyond one of its bounds by more error bars than chance gives.
[[nodiscard]] Findings judge_mean_bounds(const std::vector<ReportLine>& lines,
                                         const std::vector<MeanBounds>& bounds);

}  // namespace nmc::drivers
