#include "samplers/population/weighted_walk.hpp"

#include <algorithm>
#include <cmath>

namespace nmc {
namespace {

using C = AnnealingColumns;

void record_families(const WeightedWalk& walk, Batch::RowXpr row) {
  std::vector<Index> sizes(walk.family.size(), 0);
  for (const Index family : walk.family) ++sizes[static_cast<std::size_t>(family)];
  const auto rows = static_cast<double>(walk.family.size());
  double entropy = 0, squares = 0;
  for (const Index size : sizes) {
    if (size == 0) continue;
    const double n = static_cast<double>(size) / rows;
    entropy -= n * std::log(n);
    squares += n * n;
  }
  row(C::family_entropy) = entropy;
  row(C::rho_t) = rows * squares;
}

}  // namespace

double log_mean_exp(const Column& x) {
  const double largest = x.maxCoeff();
  double sum = 0;
  for (Index i = 0; i < x.size(); ++i) sum += std::exp(x(i) - largest);
  return largest + std::log(sum / static_cast<double>(x.size()));
}

double shared_uniform(Streams streams) {
  streams.first_chain = 0xFFFFFFFFU;
  return uniform_column(streams.with(Purpose::resample), 1)(0);
}

WeightedWalk first_walk(Index rows, double lnZ_of_start) {
  WeightedWalk walk{std::vector<Index>(static_cast<std::size_t>(rows)), Column::Zero(rows),
                    lnZ_of_start};
  for (std::size_t row = 0; row < walk.family.size(); ++row)
    walk.family[row] = static_cast<Index>(row);
  return walk;
}

void weigh(const Column& log_step, WeightedWalk& walk) {
  const double before = log_mean_exp(walk.log_weight);
  walk.log_weight += log_step;
  walk.lnZ += log_mean_exp(walk.log_weight) - before;
}

double resample(const Column& log_step, double u, const CopyRows& copy, WeightedWalk& walk) {
  walk.lnZ += log_mean_exp(log_step);
  const std::vector<Index> copies = systematic_copies(log_step, u);
  const std::vector<Index> origin = copy(copies);
  const std::vector<Index> before = walk.family;
  for (std::size_t row = 0; row < origin.size(); ++row)
    walk.family[row] = before[static_cast<std::size_t>(origin[row])];
  return static_cast<double>(std::ranges::count(copies, 0)) / static_cast<double>(copies.size());
}

void record(const WeightedWalk& walk, const Column& energy, const Batch& observables,
            Batch::RowXpr row) {
  const Column weight = (walk.log_weight - walk.log_weight.maxCoeff()).exp();
  double total = 0;
  for (Index i = 0; i < weight.size(); ++i) total += weight(i);
  const auto mean = [&](const Column& values) {
    double sum = 0;
    for (Index i = 0; i < values.size(); ++i) sum += weight(i) * values(i);
    return sum / total;
  };
  row(C::lowest_energy) = energy.minCoeff();
  // Sums of couplings in another order differ by rounding.
  const double rounding = 1e-9 * (1 + std::abs(energy.minCoeff()));
  row(C::lowest_fraction) = mean((energy <= energy.minCoeff() + rounding).cast<double>());
  for (Index i = 0; i < observables.cols(); ++i) row(C::observables + i) = mean(observables.col(i));
  row(C::lnZ) = walk.lnZ;
  row(C::log_mean_square) =
      2 * walk.lnZ + log_mean_exp(2 * walk.log_weight) - 2 * log_mean_exp(walk.log_weight);
  record_families(walk, row);
}

double culled_fraction(const Column& log_weight) {
  const double log_mean = log_mean_exp(log_weight);
  double culled = 0;
  for (Index i = 0; i < log_weight.size(); ++i)
    culled += std::max(0.0, -std::expm1(log_weight(i) - log_mean));
  return culled / static_cast<double>(log_weight.size());
}

double CulledStep::length() const {
  constexpr int kHalvings = 50;
  if (culled_fraction(most * rise) <= culling) return most;
  double low = 0, high = most;
  // Until the step is known to 50 bits, however small it is beside the whole way.
  for (int i = 0; i < kHalvings || low == 0; ++i) {
    const double middle = (low + high) / 2;
    (culled_fraction(middle * rise) > culling ? high : low) = middle;
  }
  return high;
}

}  // namespace nmc
