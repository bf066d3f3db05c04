#include "drivers/rg/rg_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>

#include "core/errors.hpp"
#include "core/statistics/principal.hpp"
#include "physics/renormalisation/block_operators.hpp"

namespace nmc::drivers::rg {
namespace {

constexpr double kBlock = 2;
constexpr Index kComponents = 3, kComponentDraws = 2000;

/// Sums of the operators over the terms of each.
double terms_of(const BlockOperator& op, Index L) {
  return static_cast<double>(std::ssize(op.shapes) * L * L);
}

Index square_side(const System& system) {
  const bool is_square = system.spins != nullptr && system.spins->graph().torus.size() == 2 &&
                         system.spins->graph().torus[0] == system.spins->graph().torus[1];
  require(is_square,
          fmt::format("{} ({}): nmc rg blocks Ising spins on a square torus with equal couplings, "
                      "and decimates closed chains (dim = 1)",
                      system.name, system.summary));
  const Index L = system.spins->graph().torus[0];
  require(L % 2 == 0 && L >= 16,
          fmt::format("L = {}: blocks of 2x2 need an even L of 16 or more; try {}", L,
                      std::max<Index>(16, L + L % 2)));
  return L;
}

// Draws of a chain follow each other: groups of draws are whole chains.
std::vector<statistics::Estimate> correlations_of(const Batch& sums, Index L) {
  std::vector<statistics::Estimate> means;
  for (Index o = 0; o < sums.cols(); ++o) {
    Column groups(kExponentGroups);
    const double terms = terms_of(even_operators()[static_cast<std::size_t>(o)], L);
    for (Index g = 0; g < kExponentGroups; ++g) {
      const Index first = sums.rows() * g / kExponentGroups;
      const Index end = sums.rows() * (g + 1) / kExponentGroups;
      groups(g) = sums.col(o).segment(first, end - first).mean() / terms;
    }
    means.push_back({sums.col(o).mean() / terms, statistics::mean_of(groups).error});
  }
  return means;
}

RgComponents components_of(const Batch& s) {
  const Batch some = s.topRows(std::min(s.rows(), kComponentDraws));
  const statistics::Principal principal = statistics::principal_components(some, kComponents);
  const double root = std::sqrt(static_cast<double>(s.cols()));
  RgComponents result;
  result.fraction.assign(principal.fraction.begin(), principal.fraction.end());
  result.uniform = std::abs(principal.vectors.col(0).sum()) / root;
  result.m2 = (sum_sites(some) / static_cast<double>(s.cols())).square().mean();
  result.draws = some.rows();
  return result;
}

}  // namespace

Report make_report(const System& system, const Request& request, const Threads& threads) {
  const std::clock_t start = std::clock();
  constexpr Index kLeastDraws = 2000;
  const Index L = square_side(system);
  require(request.draws >= kLeastDraws,
          fmt::format("--draws {}: too few for exponents with errors; it takes {}", request.draws,
                      kLeastDraws));
  const BlockedDraws draws = blocked_draws(system, L, request, threads);
  Report report;
  report.title = fmt::format("{}, {}", system.name, system.summary);
  report.sampler = draws.sampler;
  report.request = request;
  report.chains = draws.chains;
  report.draws = draws.even.front().rows();
  for (const BlockOperator& op : even_operators()) report.operators.push_back(op.name);
  for (std::size_t level = 0; level < draws.even.size(); ++level) {
    const Index side = L >> level;
    report.levels.push_back({side, correlations_of(draws.even[level], side),
                             fit_couplings(draws.spins[level], draws.fields[level], draws.chains)});
    if (level > 0)
      report.steps.push_back({side * 2, side,
                              scaling_exponents(draws.even[level - 1], draws.even[level], kBlock),
                              scaling_exponents(draws.odd[level - 1], draws.odd[level], kBlock)});
  }
  report.components = components_of(draws.last);
  report.cpu_seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  return report;
}

}  // namespace nmc::drivers::rg
