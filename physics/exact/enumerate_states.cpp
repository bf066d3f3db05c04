#include "physics/exact/enumerate_states.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>

#include "core/roles/all_states.hpp"

namespace nmc {
namespace {

constexpr Index kPortion = 4096;
constexpr double kMostBits = 36;  // of any effort

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string too_many(const EnergyTable& table) {
  return std::to_string(table.sites) + " sites of " + in_words(table.support) +
         ", whose energies alone are known, have more than 2^36 states: take fewer sites";
}

std::string too_long(const EnergyTable& table, double seconds) {
  return std::to_string(table.sites) + " sites of " + in_words(table.support) +
         ", whose energies alone are known, take some " +
         std::to_string(static_cast<Index>(std::ceil(seconds))) +
         " s to enumerate: nmc exact --limit allows more, or take fewer sites";
}

/// Σ e^{-β (H - lowest)} of 1, H - lowest, its square, |m|, m², m⁴, and the states at the lowest H:
/// counted from there, energies far from 0 leave the heat its digits.
struct StateSums {
  double lowest = std::numeric_limits<double>::infinity();
  std::array<double, 6> sums{};
  Index ground_states = 0;

  void lower(double to, double beta) {
    if (to >= lowest) return;
    const double step = std::isinf(lowest) ? 0 : lowest - to;
    const double factor = std::isinf(lowest) ? 0 : std::exp(-beta * step);
    sums[2] += step * (2 * sums[1] + step * sums[0]);
    sums[1] += step * sums[0];
    for (double& sum : sums) sum = factor > 0 ? factor * sum : 0;
    lowest = to;
    ground_states = 0;
  }
  void add(const Column& energy, const Batch& states, double beta) {
    lower(energy.minCoeff(), beta);
    const Column weight = (-beta * (energy - lowest)).exp();
    const Column m = sum_sites(states).abs() / static_cast<double>(states.cols());
    sums[0] += weight.sum();
    sums[1] += (weight * (energy - lowest)).sum();
    sums[2] += (weight * (energy - lowest).square()).sum();
    sums[3] += (weight * m).sum();
    sums[4] += (weight * m.square()).sum();
    sums[5] += (weight * m.square().square()).sum();
    ground_states += (energy == lowest).count();
  }
};

Exact exact_of_sums(const StateSums& all, const EnergyTable& table) {
  const auto mean = [&](std::size_t i) { return all.sums[i] / all.sums[0]; };
  Exact exact;
  exact.method = "enumeration";
  exact.lnZ = std::log(all.sums[0]) - table.beta * all.lowest;
  exact.energy = all.lowest + mean(1);
  exact.heat = table.beta * table.beta * std::max(mean(2) - mean(1) * mean(1), 0.0);
  exact.entropy = std::log(all.sums[0]) + table.beta * mean(1);
  exact.ground_state_energy = all.lowest;
  exact.ground_state_degeneracy = std::to_string(all.ground_states);
  if (table.support.kind != Support::Kind::spin) return exact;
  exact.abs_m = mean(3);
  exact.m2 = mean(4);
  exact.m4 = mean(5);
  return exact;
}

}  // namespace

ExactAnswer enumerate_states(const EnergyTable& table, const ExactEffort& effort) {
  const double bits =
      static_cast<double>(table.sites) * std::log2(static_cast<double>(table.support.states));
  if (bits > kMostBits) return {std::nullopt, too_many(table)};
  const Index states = count_states(table.support, table.sites);
  StateSums all;
  const auto start = std::chrono::steady_clock::now();
  for (Index first = 0; first < states; first += kPortion) {
    const Batch x =
        states_in({first, std::min(kPortion, states - first)}, table.support, table.sites);
    all.add(table.energy(x), x, table.beta);
    const double whole =
        seconds_since(start) * static_cast<double>(states) / static_cast<double>(kPortion);
    if (first == 0 && states > kPortion && whole > effort.cpu_seconds)
      return {std::nullopt, too_long(table, whole)};
  }
  return {exact_of_sums(all, table), ""};
}

}  // namespace nmc
