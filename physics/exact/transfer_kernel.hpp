#pragma once

#include <cstdint>
#include <span>

#include "physics/exact/frontier_plan.hpp"

namespace nmc {

/// One number per state of the frontier (bit set: spin down), of all states of the summed spins
/// that go with it. ε = energy so far − the least such energy.
struct FrontierSums {
  std::vector<double> energy;                 ///< the least
  std::vector<double> weight, first, second;  ///< Σ e^{−βε}, Σ ε e^{−βε}, Σ ε² e^{−βε}
  std::vector<double> ground;                 ///< number of states with ε <= tie

  explicit FrontierSums(int width);
};

struct MergeParameters {
  double beta = 0;
  double tie = 0;
};

/// local(s) = Σ_terms c Π s over the states of `width` slots: H changes by −local s_v when the site
/// v is added.
void fill_local_field(std::span<const PlannedTerm> terms, std::uint64_t fixed_bits, int width,
                      std::vector<double>& local);

/// Adds a site in a new slot `width`.
void push_site(FrontierSums& sums, std::span<const double> local, int width);
/// Adds a site in the place of the one in `slot`, which is summed over.
void replace_site(FrontierSums& sums, std::span<const double> local, int width, int slot,
                  const MergeParameters& parameters);
/// Sums over the site in the last slot, width − 1.
void remove_last_site(FrontierSums& sums, int width, const MergeParameters& parameters);
/// Exchanges two slots of one number per state, or of one row of `stride` numbers per state.
template <class Number>
void exchange_slots(Number* rows, int width, std::array<int, 2> slots, std::ptrdiff_t stride = 1) {
  const std::uint64_t a = std::uint64_t{1} << slots[0], b = std::uint64_t{1} << slots[1];
  for (std::uint64_t state = 0; state < std::uint64_t{1} << width; ++state)
    if ((state & a) != 0 && (state & b) == 0)
      std::swap_ranges(rows + state * stride, rows + (state + 1) * stride,
                       rows + (state ^ a ^ b) * stride);
}

/// y ← a + factor b.
void scaled_sum(std::span<const double> a, std::span<const double> b, double factor, double* y);

}  // namespace nmc
