#pragma once

#include <vector>

#include "drivers/report/finding.hpp"
#include "drivers/report/report_lines.hpp"

namespace nmc::drivers {

/// Of a wave function beside the exact ground state: an energy that lies below it by more error
/// bars than chance gives. No state has one, so that its error is too small: a part of ⟨H⟩ lies
/// where |ψ|² is too small to be drawn. Energies above are what the wave function cannot say.
[[nodiscard]] Findings judge_bound(const std::vector<ReportLine>& lines);

}  // namespace nmc::drivers
