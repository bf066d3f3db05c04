#include "drivers/report/ground_state.hpp"

#include <algorithm>
#include <cmath>

#include "core/statistics/significance.hpp"

namespace nmc::drivers {
namespace {

using statistics::Chains;

// Energies closer than this are the same: rounding of 1e-16 in each of up to 1e7 terms.
double tolerance(double energy) {
  constexpr double kRounding = 1e-9;
  return kRounding * std::max(1.0, std::abs(energy));
}

// A z-score of fewer hits would compare a Poisson number with a Gaussian.
constexpr double kLeastHits = 10;

}  // namespace

bool GroundState::is_exact() const {
  return exact && std::abs(lowest - *exact) <= tolerance(*exact);
}

Chains at_energy(const Chains& energy, double lowest) {
  return (energy <= lowest + tolerance(lowest)).cast<double>();
}

GroundState find_ground_state(const std::vector<const Chains*>& rungs, const Chains& own) {
  GroundState found;
  found.lowest = own.minCoeff();
  for (const Chains* energy : rungs) found.lowest = std::min(found.lowest, energy->minCoeff());
  found.chains = own.cols();
  found.draws = own.size();
  Column is_there = at_energy(own, found.lowest).colwise().maxCoeff().transpose();
  for (const Chains* energy : rungs)
    is_there = is_there.max(at_energy(*energy, found.lowest).colwise().maxCoeff().transpose());
  found.chains_at_lowest = static_cast<Index>(std::llround(is_there.sum()));
  found.draws_at_lowest = static_cast<Index>(std::llround(at_energy(own, found.lowest).sum()));
  return found;
}

ReportLine ground_state_line(const Chains& energy, double lowest, double beta,
                             const std::optional<Exact>& exact) {
  const Chains hits = at_energy(energy, lowest);
  ReportLine line{"P(E0)", statistics::summarise(hits), std::nullopt};
  const bool is_known = exact && exact->ground_state_energy &&
                        !exact->ground_state_degeneracy.empty() &&
                        std::abs(*exact->ground_state_energy - lowest) <= tolerance(lowest);
  if (!is_known) return line;
  const double ln_states = std::log(std::stod(exact->ground_state_degeneracy));
  line.exact = std::exp(ln_states - beta * *exact->ground_state_energy - exact->lnZ);
  if (hits.sum() >= kLeastHits)
    line.z = statistics::z_score(line.summary.mean, line.summary.error, *line.exact);
  return line;
}

}  // namespace nmc::drivers
