#include "physics/quantum/diagonalise.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "core/errors.hpp"
#include "physics/quantum/lanczos.hpp"
#include "physics/quantum/state_vector.hpp"

namespace nmc {
namespace {

/// A gap below this part of the energy is rounding.
constexpr double kDegenerate = 1e-9;

/// Moments of m = Σ s / N over |ψ|²; a spin up is bit 0.
void put_moments(const Eigen::VectorXd& psi, Index sites, Exact& exact) {
  double abs_m = 0, m2 = 0, m4 = 0;
  std::vector<double> weight(static_cast<std::size_t>(sites) + 1);
  for (Index state = 0; state < psi.size(); ++state)
    weight[static_cast<std::size_t>(std::popcount(static_cast<std::uint64_t>(state)))] +=
        psi(state) * psi(state);
  for (Index down = 0; down <= sites; ++down) {
    const double m = static_cast<double>(sites - 2 * down) / static_cast<double>(sites);
    const double w = weight[static_cast<std::size_t>(down)];
    abs_m += w * std::abs(m);
    m2 += w * m * m;
    m4 += w * m * m * m * m;
  }
  exact.abs_m = abs_m;
  exact.m2 = m2;
  exact.m4 = m4;
}

double mean_X(const Eigen::VectorXd& psi, Index sites) {
  double sum = 0;
  for (Index site = 0; site < sites; ++site) {
    const Index bit = Index{1} << site;
    for (Index block = 0; block < psi.size(); block += 2 * bit)
      sum += 2 * psi.segment(block, bit).dot(psi.segment(block + bit, bit));
  }
  return sum / static_cast<double>(sites);
}

struct TwoLowest {
  LowestState ground;
  double gap = 0;  ///< 0 where the ground state is degenerate
};

TwoLowest two_lowest(const PauliSum& H, int threads) {
  require(
      H.sites() <= diagonalisation_limit,
      fmt::format("{} spins: exact diagonalisation goes to {}", H.sites(), diagonalisation_limit));
  const VectorOperator whole(H);
  const Threads workers(threads);
  const auto product = [&](const Eigen::VectorXd& x) { return whole.apply(x, workers); };
  TwoLowest found{lowest_state(product, whole.size()), 0};
  // Lanczos sees one state of each value: another start shows whether there are more.
  const LowestState next = lowest_state(product, whole.size(), {&found.ground.vector});
  const double gap = next.value - found.ground.value;
  const bool is_degenerate = gap <= kDegenerate * std::max(1.0, std::abs(found.ground.value));
  found.gap = is_degenerate ? 0 : gap;
  return found;
}

}  // namespace

double diagonalisation_seconds(const PauliSum& H) {
  if (H.sites() > diagonalisation_limit) return std::numeric_limits<double>::infinity();
  // Measured: both states take some 600 products of 1.2 ns for each term of each amplitude, and
  // vectors that are added and multiplied as often.
  constexpr double kProducts = 600, kPerTerm = 0.6e-9, kPerAmplitude = 6e-9;
  const double terms = static_cast<double>(H.size() + std::ssize(H.flips()));
  return kProducts * std::exp2(H.sites()) * (kPerTerm * terms + kPerAmplitude);
}

Exact diagonalise(const PauliSum& H, int threads) {
  const TwoLowest found = two_lowest(H, threads);
  Exact exact;
  exact.lnZ = std::numeric_limits<double>::quiet_NaN();
  exact.method = fmt::format("exact diagonalisation, Lanczos over 2^{} states", H.sites());
  exact.energy = exact.ground_state_energy = found.ground.value;
  exact.gap = found.gap;
  if (found.gap == 0) return exact;
  put_moments(found.ground.vector, H.sites(), exact);
  exact.mx = mean_X(found.ground.vector, H.sites());
  return exact;
}

Eigen::VectorXd ground_vector(const PauliSum& H, int threads) {
  TwoLowest found = two_lowest(H, threads);
  require(found.gap > 0,
          "the ground state is degenerate, and which of its states is meant is not "
          "said: add a small field that chooses one");
  return std::move(found.ground.vector);
}

ExactAnswer exact_ground_state(const PauliSum& H, const ExactEffort& effort) {
  if (effort.density_of_states)
    return {std::nullopt, "the spectrum of a quantum system is not counted: leave --dos out"};
  if (H.sites() > diagonalisation_limit)
    return {std::nullopt, fmt::format("{} spins: exact diagonalisation goes to {}, and no other "
                                      "method is known for it",
                                      H.sites(), diagonalisation_limit)};
  const double seconds = diagonalisation_seconds(H);
  if (seconds > effort.cpu_seconds * effort.threads)
    return {std::nullopt,
            fmt::format("exact diagonalisation would take about {:.2g} s of CPU time: nmc exact "
                        "--limit SECONDS",
                        seconds)};
  return {diagonalise(H, effort.threads), ""};
}

}  // namespace nmc
