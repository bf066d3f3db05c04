#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/errors.hpp"
#include "core/simd/functions.hpp"
#include "physics/enumeration.hpp"
#include "physics/ising.hpp"

namespace nmc {

namespace {

/// States are summed in blocks: the low spins run through all their states in a table that stays
/// in the cache, the high spins are fixed. Every energy is computed afresh from the high spins, so
/// that no rounding builds up over the 2^N states.
constexpr Index max_low = 12;

struct Block {
  Column energy;         ///< of every state of the low spins
  Column magnetisation;  ///< Σ s
};

/// Σ w, Σ w (H − reference), … with w = e^{−β (H − reference)}.
struct Sums {
  double reference = std::numeric_limits<double>::infinity();
  long double weight = 0, first = 0, second = 0, abs_m = 0, m2 = 0, m4 = 0;

  /// To a reference lower by `shift` >= 0: only positive terms are added, nothing cancels.
  void lower(double beta, double shift) {
    second += 2 * shift * first + static_cast<long double>(shift) * shift * weight;
    first += shift * weight;
    const double factor = std::exp(-beta * shift);
    for (long double* sum : {&weight, &first, &second, &abs_m, &m2, &m4}) *sum *= factor;
    reference -= shift;
  }
  void add(Sums other, double beta) {
    if (weight > 0 && other.reference < reference) lower(beta, reference - other.reference);
    if (weight == 0) reference = other.reference;
    if (other.reference > reference) other.lower(beta, other.reference - reference);
    weight += other.weight;
    first += other.first;
    second += other.second;
    abs_m += other.abs_m;
    m2 += other.m2;
    m4 += other.m4;
  }
};

Sums sum_block(const Block& block, double beta) {
  Sums sums;
  sums.reference = block.energy.minCoeff();
  const Column excess = block.energy - sums.reference;
  Column w = -beta * excess;
  simd::exp({w.data(), static_cast<std::size_t>(w.size())},
            {w.data(), static_cast<std::size_t>(w.size())});
  const Column m2 = block.magnetisation.square();
  sums.weight = w.sum();
  sums.first = (w * excess).sum();
  sums.second = (w * excess.square()).sum();
  sums.abs_m = (w * block.magnetisation.abs()).sum();
  sums.m2 = (w * m2).sum();
  sums.m4 = (w * m2.square()).sum();
  return sums;
}

double spin(std::uint64_t state, Index i) {
  return (state >> i & 1U) != 0 ? 1 : -1;
}

/// table(state) = Σ_i coefficients(i) s_i over all states of the low spins, by doubling.
Column linear_table(const Column& coefficients) {
  Column table(Index{1} << coefficients.size());
  table(0) = -coefficients.sum();
  for (Index i = 0; i < coefficients.size(); ++i) {
    const Index half = Index{1} << i;
    table.segment(half, half) = table.head(half) + 2 * coefficients(i);
  }
  return table;
}

/// Splits H over the low spins (a table), the high spins (a number), and a linear coupling.
class Blocks {
 public:
  Blocks(const Graph& graph, Index low) : graph_(graph), low_(low) {
    Batch states(Index{1} << low, graph.sites);
    states.setZero();
    for (Index state = 0; state < states.rows(); ++state)
      for (Index i = 0; i < low; ++i) states(state, i) = spin(static_cast<std::uint64_t>(state), i);
    inner_energy_ = ising_energy(graph, states);
    inner_magnetisation_ = sum_sites(states);
  }

  [[nodiscard]] Block at(std::uint64_t high) const {
    const auto s = [&](Index i) { return spin(high, i - low_); };
    double energy = 0, magnetisation = 0;
    Column coupling = Column::Zero(low_);
    for (const Bond& bond : graph_.bonds) {
      const auto [i, j] = std::minmax(bond.i, bond.j);
      if (i >= low_) energy -= bond.J * s(i) * s(j);
      if (i < low_ && j >= low_) coupling(i) -= bond.J * s(j);
    }
    for (Index i = low_; i < graph_.sites; ++i) {
      magnetisation += s(i);
      if (!graph_.field.empty()) energy -= graph_.field[i] * s(i);
    }
    return {inner_energy_ + linear_table(coupling) + energy, inner_magnetisation_ + magnetisation};
  }

 private:
  const Graph& graph_;
  Index low_;
  Column inner_energy_;
  Column inner_magnetisation_;
};

}  // namespace

Exact enumerate_spins(const Graph& graph, double beta, const ExactEffort& /*effort*/) {
  check(graph);
  check_beta(beta);
  require(graph.sites <= enumeration_limit,
          fmt::format("enumeration reaches {} spins; the system has {}", enumeration_limit,
                      graph.sites));
  // Without local fields s and −s weigh the same: the last spin stays down.
  const bool is_even =
      std::all_of(graph.field.begin(), graph.field.end(), [](double h) { return h == 0; });
  const Index low = std::min(max_low, is_even ? graph.sites - 1 : graph.sites);
  const Index free_high = graph.sites - low - (is_even ? 1 : 0);
  const Blocks blocks(graph, low);
  Sums sums;
  for (std::uint64_t high = 0; high < std::uint64_t{1} << free_high; ++high)
    sums.add(sum_block(blocks.at(high), beta), beta);

  const auto n = static_cast<long double>(graph.sites);
  const long double mean = sums.first / sums.weight;
  Exact exact;
  exact.method = "enumeration";
  exact.lnZ = static_cast<double>(-beta * static_cast<long double>(sums.reference) +
                                  std::log(sums.weight * (is_even ? 2 : 1)));
  exact.energy = static_cast<double>(sums.reference + mean);
  exact.heat = static_cast<double>(beta * beta * (sums.second / sums.weight - mean * mean));
  exact.abs_m = static_cast<double>(sums.abs_m / sums.weight / n);
  exact.m2 = static_cast<double>(sums.m2 / sums.weight / (n * n));
  exact.m4 = static_cast<double>(sums.m4 / sums.weight / (n * n * n * n));
  exact.ground_state_energy = sums.reference;
  return exact;
}

}  // namespace nmc
