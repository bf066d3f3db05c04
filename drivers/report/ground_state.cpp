#include "drivers/report/ground_state.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/statistics/significance.hpp"
#include "drivers/report/column_numbers.hpp"

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

GroundState find_ground_state(const std::vector<DrawColumn>& rungs, const DrawColumn& own) {
  GroundState found;
  found.lowest = std::numeric_limits<double>::infinity();
  const auto look = [&](const Chains& energy) {
    found.lowest = std::min(found.lowest, energy.minCoeff());
  };
  own.for_each_piece(look);
  for (const DrawColumn& rung : rungs) rung.for_each_piece(look);
  found.chains = own.chains();
  found.draws = own.numbers();
  Column is_there = Column::Zero(own.chains());
  const auto mark = [&](const Chains& energy) {
    is_there = is_there.max(at_energy(energy, found.lowest).colwise().maxCoeff().transpose());
  };
  double hits = 0;
  own.for_each_piece([&](const Chains& energy) {
    mark(energy);
    hits += at_energy(energy, found.lowest).sum();
  });
  for (const DrawColumn& rung : rungs) rung.for_each_piece(mark);
  found.chains_at_lowest = static_cast<Index>(std::llround(is_there.sum()));
  found.draws_at_lowest = static_cast<Index>(std::llround(hits));
  return found;
}

ReportLine ground_state_line(const DrawColumn& energy, double lowest, double beta,
                             const std::optional<Exact>& exact) {
  const DrawColumn hits =
      energy.mapped("P(E0)", [lowest](const Chains& draws) { return at_energy(draws, lowest); });
  ReportLine line{hits.name(), summary_of(hits), std::nullopt};
  const bool is_known = exact && exact->ground_state_energy &&
                        !exact->ground_state_degeneracy.empty() &&
                        std::abs(*exact->ground_state_energy - lowest) <= tolerance(lowest);
  if (!is_known) return line;
  const double ln_states = std::log(std::stod(exact->ground_state_degeneracy));
  line.exact = std::exp(ln_states - beta * *exact->ground_state_energy - exact->lnZ);
  if (sum_of(hits) >= kLeastHits)
    line.z = statistics::z_score(line.summary.mean, line.summary.error, *line.exact);
  return line;
}

}  // namespace nmc::drivers
