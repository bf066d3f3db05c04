#pragma once

#include "drivers/report/finding.hpp"
#include "drivers/report/run_file.hpp"
#include "physics/system.hpp"

namespace nmc::drivers {

/// Of a quantum system whose Hamiltonian is the same with all spins turned over: whether all chains
/// lie in one of the two sectors that its ground state has both of, Σ s > 0 or < 0. The energy and
/// its variance hardly show it.
[[nodiscard]] Findings judge_sector(const RunFile& run, const System& system);

}  // namespace nmc::drivers
