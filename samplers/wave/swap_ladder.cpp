#include "samplers/wave/swap_ladder.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "core/errors.hpp"
#include "core/statistics/mbar.hpp"
#include "core/statistics/rhat.hpp"

namespace nmc {
namespace {

constexpr Index kGroups = 16;
/// Chains of a task; numbers do not depend on it.
constexpr Index kSwapChunk = 32;

/// Densities of all cuts at all draws. Rows: those of the first rung first, chain after chain
/// within a draw.
struct SwapDraws {
  Index rungs = 0, chains = 0, draws = 0;
  Batch log_density;  ///< (rows, rungs)
  Column cosine;      ///< of the phase at the rung's own cut, (rows); (0) of a positive ψ
  [[nodiscard]] Index row(Index rung, Index draw) const { return (rung * draws + draw) * chains; }
};

class SwapSampling {
 public:
  SwapSampling(const WaveFunction& psi, const SwapLadderOptions& options)
      : psi_(psi), options_(options), cuts_{0} {
    cuts_.insert(cuts_.end(), options.cuts.begin(), options.cuts.end());
    require(std::ranges::is_sorted(cuts_, std::ranges::less_equal{}) || cuts_.size() == 1,
            "the cuts of a ladder ascend");
    require(cuts_.back() <= psi.sites(), "a cut lies behind the last spin");
    require(options.chains >= kGroups && options.chains % kGroups == 0 && options.draws >= 4,
            "a ladder needs four draws, and 16 chains or a multiple of them");
    draws_.rungs = std::ssize(cuts_);
    draws_.chains = options.chains;
    draws_.draws = options.draws;
    const Index rows = draws_.rungs * options.chains * options.draws;
    draws_.log_density.resize(rows, draws_.rungs);
    draws_.cosine.resize(psi.is_positive() ? 0 : rows);
  }

  SwapDraws run(const Threads& threads) {
    const Index chunks = (options_.chains + kSwapChunk - 1) / kSwapChunk;
    threads.for_each(draws_.rungs * chunks,
                     [&](Index task) { sample(task / chunks, task % chunks * kSwapChunk); });
    return std::move(draws_);
  }

 private:
  void sample(Index rung, Index first) {
    const Index count = std::min(kSwapChunk, options_.chains - first);
    Streams streams{options_.seed, 0, 0, Purpose::swap};
    streams.first_chain = static_cast<std::uint32_t>(rung * options_.chains + first);
    SwapChains chains(psi_, cuts_[static_cast<std::size_t>(rung)], streams, count);
    const auto advance = [&](Index sweeps) {
      for (Index k = 0; k < sweeps; ++k) {
        ++streams.step;
        (void)chains.sweep(streams);
      }
    };
    advance(options_.warmup);
    for (Index draw = 0; draw < options_.draws; ++draw) {
      advance(options_.sweeps);
      const SwapLogs logs = swap_logs(psi_, chains.first(), chains.second(), cuts_.back());
      const Index row = draws_.row(rung, draw) + first;
      for (Index k = 0; k < draws_.rungs; ++k)
        draws_.log_density.col(k).segment(row, count) =
            logs.log_abs.col(cuts_[static_cast<std::size_t>(k)]);
      if (draws_.cosine.size() > 0)
        draws_.cosine.segment(row, count) =
            logs.phases.col(cuts_[static_cast<std::size_t>(rung)]).cos();
    }
  }

  const WaveFunction& psi_;
  SwapLadderOptions options_;
  std::vector<Index> cuts_;
  SwapDraws draws_;
};

/// ln Z of all rungs over that of the first, by the chains whose number is `group` modulo `groups`.
Column log_z_of_group(const SwapDraws& draws, Index group, Index groups, const Column& start) {
  const Index per_draw = draws.chains / groups;
  statistics::PooledDraws pooled;
  pooled.log_density.resize(draws.rungs * draws.draws * per_draw, draws.rungs);
  for (Index block = 0; block < draws.rungs * draws.draws; ++block)
    for (Index c = 0; c < per_draw; ++c)
      pooled.log_density.row(block * per_draw + c) =
          draws.log_density.row(block * draws.chains + group + c * groups);
  pooled.weight = Column::Ones(pooled.log_density.rows());
  pooled.counts = Column::Constant(
      draws.rungs, static_cast<double>(draws.draws) * static_cast<double>(per_draw));
  return statistics::mbar(pooled, start).lnZ;
}

/// ⟨cos⟩ of a rung, of the means of its chains.
statistics::Estimate mean_sign(const SwapDraws& draws, Index rung) {
  if (draws.cosine.size() == 0) return {1, 0};
  Column means = Column::Zero(draws.chains);
  for (Index draw = 0; draw < draws.draws; ++draw)
    means += draws.cosine.segment(draws.row(rung, draw), draws.chains);
  return statistics::mean_of(means / static_cast<double>(draws.draws));
}

double rhat_of(const SwapDraws& draws, Index rung) {
  statistics::Chains ratios(draws.draws, draws.chains);
  for (Index draw = 0; draw < draws.draws; ++draw) {
    const Index row = draws.row(rung, draw);
    ratios.row(draw) = (draws.log_density.col(rung - 1).segment(row, draws.chains) -
                        draws.log_density.col(rung).segment(row, draws.chains))
                           .min(0.0)
                           .exp()
                           .transpose();
  }
  return statistics::rhat(ratios);
}

}  // namespace

std::vector<SwapEntropy> renyi2_by_swap(const WaveFunction& psi, const SwapLadderOptions& options,
                                        const Threads& threads) {
  const SwapDraws draws = SwapSampling(psi, options).run(threads);
  const Column pooled = log_z_of_group(draws, 0, 1, {});
  Batch of_groups(kGroups, draws.rungs);
  for (Index group = 0; group < kGroups; ++group)
    of_groups.row(group) = log_z_of_group(draws, group, kGroups, pooled).transpose();
  std::vector<SwapEntropy> entropies;
  for (Index rung = 1; rung < draws.rungs; ++rung) {
    SwapEntropy& found = entropies.emplace_back();
    found.cut = options.cuts[static_cast<std::size_t>(rung - 1)];
    found.sign = mean_sign(draws, rung);
    found.rhat = rhat_of(draws, rung);
    found.entropy.value = -pooled(rung) - std::log(found.sign.value);
    found.entropy.error = std::hypot(statistics::mean_of(of_groups.col(rung)).error,
                                     found.sign.error / found.sign.value);
  }
  return entropies;
}

}  // namespace nmc
