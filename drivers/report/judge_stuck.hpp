#pragma once

#include "drivers/report/finding.hpp"
#include "drivers/report/judge_network.hpp"

namespace nmc::drivers {

/// Of chains whose proposals are of no network: what stays at one place while the others move is
/// where its sampler cannot leave, and no error bar knows of it. Refused where a chain never moves,
/// or half of its draws are one stay in which twenty moves were expected; a warning where a quarter
/// of them is, and ten were.
[[nodiscard]] Findings judge_stuck(const ProposalChains& chains);

}  // namespace nmc::drivers
