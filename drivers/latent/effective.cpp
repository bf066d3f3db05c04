#include "drivers/latent/effective.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "core/statistics/held_out.hpp"
#include "core/statistics/least_squares.hpp"
#include "core/statistics/weights.hpp"
#include "drivers/latent/collective.hpp"
#include "drivers/latent/latent_pairs.hpp"

namespace nmc::drivers::latent {
namespace {

using statistics::Estimate;
using Pairs = std::vector<std::pair<Index, Index>>;

/// Pairs of nearest latent variables, level after level; none of a level with one variable.
std::vector<Pairs> neighbours_of(const LatentMap& map, const std::vector<Index>& extents) {
  std::vector<Pairs> all(static_cast<std::size_t>(map.levels));
  for (const LatentPairs& some : latent_pairs(map, extents, map.sites() * std::ssize(extents))) {
    Pairs& own = all[static_cast<std::size_t>(some.level)];
    if (own.empty()) own = some.pairs;
  }
  return all;
}

/// The monomials of one level, (draws, kMonomials); those of neighbours are 0 where it has none.
Batch monomials_of(const Batch& z, const std::vector<Index>& latents, const Pairs& pairs) {
  Batch sums = Batch::Zero(z.rows(), kMonomials);
  for (const Index latent : latents) {
    const Column square = z.col(latent).square();
    sums.col(0) += square;
    sums.col(2) += square.square();
  }
  for (const auto& [a, b] : pairs) {
    const Column product = z.col(a) * z.col(b);
    sums.col(1) += product;
    sums.col(3) += product.square();
  }
  return sums;
}

/// Of every level that is kept from `level` on, coarsest first.
class Monomials {
 public:
  Monomials(const LatentMap& map, const std::vector<Index>& extents)
      : map_(map), pairs_(neighbours_of(map, extents)) {}

  [[nodiscard]] Batch operator()(const Batch& z, Index level) const {
    const auto four = static_cast<Index>(kMonomials);
    Batch all(z.rows(), four * (map_.levels - level));
    for (Index of = map_.levels - 1, at = 0; of >= level; --of, at += four)
      all.middleCols(at, four) = monomials_of(z, map_.of_level(of), pairs(of));
    return all;
  }
  [[nodiscard]] bool has_pairs(Index level) const { return !pairs(level).empty(); }

 private:
  [[nodiscard]] const Pairs& pairs(Index level) const {
    return pairs_[static_cast<std::size_t>(level)];
  }

  const LatentMap& map_;
  std::vector<Pairs> pairs_;
};

/// ln w = ln p̃ - ln q of the whole network, so of a mixture with all its images.
Column log_weights(const Source& source, const Batch& x) {
  return source.system().target->log_density(x) - source.network.file.model->log_prob(x);
}

/// Self-normalised means; to first order in 1/√n.
ReweightedLine reweighted(const std::string& name, const Batch& values, const Column& log_w) {
  const Column w = (log_w - log_w.maxCoeff()).exp();
  ReweightedLine line{name, statistics::summarise_weights(log_w).ess_fraction, {}};
  for (Index i = 0; i < values.cols(); ++i) {
    const double mean = (w * values.col(i)).sum() / w.sum();
    line.means.push_back({mean, std::sqrt((w * (values.col(i) - mean)).square().sum()) / w.sum()});
  }
  return line;
}

// The draws of a chain follow each other, so that groups are chains.
ReweightedLine exact_line(const Batch& values) {
  ReweightedLine line{"exact", 1, {}};
  for (Index i = 0; i < values.cols(); ++i) {
    Column groups(statistics::kRegressionGroups);
    for (Index g = 0; g < groups.size(); ++g) {
      const Index first = values.rows() * g / groups.size();
      const Index end = values.rows() * (g + 1) / groups.size();
      groups(g) = values.col(i).segment(first, end - first).mean();
    }
    line.means.push_back({values.col(i).mean(), statistics::mean_of(groups).error});
  }
  return line;
}

/// Rows of two samples, so mixed that every run of consecutive rows has its share of both.
template <class Rows>
Rows mixed(const Rows& a, const Rows& b) {
  Rows all(a.rows() + b.rows(), a.cols());
  constexpr Index parts = statistics::kRegressionGroups;
  Index at = 0;
  for (Index part = 0; part < parts; ++part)
    for (const Rows* rows : {&a, &b}) {
      const Index first = rows->rows() * part / parts;
      const Index count = rows->rows() * (part + 1) / parts - first;
      all.middleRows(at, count) = rows->middleRows(first, count);
      at += count;
    }
  return all;
}

/// The couplings of the last level of a fit.
EffectiveLine line_of(const std::vector<Estimate>& fit, bool has_pairs) {
  EffectiveLine line;
  for (std::size_t i = 0; i < kMonomials; ++i) {
    const bool is_of_pairs = i % 2 == 1;
    if (!is_of_pairs || has_pairs) line.couplings[i] = fit[fit.size() - kMonomials + i];
  }
  line.couplings[0].value += 0.5;
  return line;
}

/// Σ J S of draws by the coefficients of a fit, (draws).
Column predicted(const Batch& features, const std::vector<Estimate>& fit) {
  Column sum = Column::Zero(features.rows());
  for (Index f = 0; f < features.cols(); ++f)
    sum += fit[static_cast<std::size_t>(f)].value * features.col(f);
  return sum;
}

}  // namespace

Effective effective_couplings(const Source& source, const LatentMap& map, const PulledBack& exact,
                              const Batch& z) {
  const Monomials monomials(map, source.extents());
  const Batch x = source.flow().forward(z).y;
  const Collective drawn = collective_of(source.system(), x);
  const Column log_w = log_weights(source, x);
  const Column minus_log_w = -mixed<Column>(log_weights(source, exact.x), log_w);
  Effective result{drawn.names, {}, {}};
  result.checks.push_back(reweighted("none", drawn.values, Column::Zero(z.rows())));
  Index kept = 0;
  for (Index level = map.levels - 1; level >= 0; --level) {
    kept += std::ssize(map.of_level(level));
    const Batch of_draws = monomials(z, level);
    const Batch features = mixed<Batch>(monomials(exact.z, level), of_draws);
    const std::vector<Estimate> fit = statistics::least_squares(features, minus_log_w);
    EffectiveLine line = line_of(fit, monomials.has_pairs(level));
    line.level = level;
    line.kept = kept;
    line.r2 = statistics::held_out(features, minus_log_w);
    result.checks.push_back(
        reweighted(fmt::format("kept from {}", level), drawn.values, -predicted(of_draws, fit)));
    result.lines.push_back(line);
  }
  result.checks.push_back(reweighted("all", drawn.values, log_w));
  result.checks.push_back(exact_line(collective_of(source.system(), exact.x).values));
  return result;
}

}  // namespace nmc::drivers::latent
