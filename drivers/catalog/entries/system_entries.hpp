#pragma once

#include "drivers/catalog/entries/entry.hpp"

namespace nmc::catalog {

[[nodiscard]] SystemEntry ising_entry();
[[nodiscard]] SystemEntry potts_entry();
[[nodiscard]] SystemEntry clock_entry();
[[nodiscard]] SystemEntry edwards_anderson_entry();
[[nodiscard]] SystemEntry sherrington_kirkpatrick_entry();
[[nodiscard]] SystemEntry hopfield_entry();
[[nodiscard]] SystemEntry dual_ising_entry();
[[nodiscard]] SystemEntry phi4_entry();
[[nodiscard]] SystemEntry xy_entry();
[[nodiscard]] SystemEntry gaussian_entry();
[[nodiscard]] SystemEntry ring_entry();
[[nodiscard]] SystemEntry rings_entry();
[[nodiscard]] SystemEntry mixture_entry();
[[nodiscard]] SystemEntry funnel_entry();
[[nodiscard]] SystemEntry forty_modes_entry();
[[nodiscard]] SystemEntry many_well_entry();
[[nodiscard]] SystemEntry rbm_entry();
[[nodiscard]] SystemEntry dbm_entry();
[[nodiscard]] SystemEntry flow_density_entry();

}  // namespace nmc::catalog
