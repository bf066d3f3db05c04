#pragma once

#include <memory>
#include <vector>

#include "core/roles/sampler.hpp"
#include "samplers/ladder/ladder_tuning.hpp"
#include "samplers/ladder/ladder_walk.hpp"
#include "samplers/ladder/replicas.hpp"

namespace nmc {

struct TemperingOptions {
  std::vector<double> betas;   ///< ascending, at least two
  bool adapts_ladder = false;  ///< in warm-up, to equal acceptance; both ends stay
  Index swap_every = 1;        ///< steps of the inner sampler between two rounds of exchanges
};

/// Replica exchange (Hukushima and Nemoto, J. Phys. Soc. Jpn. 65, 1604 (1996)) over any sampler. A
/// step is swap_every steps of every rung, then exchanges between rungs r and r + 1 for all even r,
/// in the next step for all odd r: the non-reversible scheme whose round trips do not slow down as
/// rungs are added (Syed et al. 2022). An exchange is accepted with
///   min(1, p_r(x_{r+1}) p_{r+1}(x_r) / p_r(x_r) p_{r+1}(x_{r+1})).
/// Row i of a batch is always at betas()[i % rungs]; configurations move, rows do not.
class Tempering final : public Sampler, private Tuning {
 public:
  Tempering(std::unique_ptr<LadderWalk> walk, const TemperingOptions& options);

  [[nodiscard]] const std::vector<double>& betas() const { return tuning_.betas(); }
  [[nodiscard]] Index rungs() const { return std::ssize(betas()); }
  [[nodiscard]] Index sites() const override { return walk_->sites(); }
  [[nodiscard]] Index swap_every() const { return options_.swap_every; }
  [[nodiscard]] bool adapts_ladder() const { return options_.adapts_ladder; }

  void init(ChainState& state, const Streams& streams, Index rows) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;
  [[nodiscard]] SamplerTraits traits() const override;
  [[nodiscard]] Tuning* tuning() override { return this; }

  /// The decisions of one round: alpha(row) and marks[row] of the pair whose lower row it is, alpha
  /// NaN where there is none. log_p_exchanged is that of LadderWalk.
  struct Decisions {
    Column alpha;
    std::vector<std::uint8_t> marks;
  };
  [[nodiscard]] Decisions decide(const Column& log_p, const Column& log_p_exchanged,
                                 const Streams& streams) const;
  /// Which rungs are the lower ones of the pairs of a step: 0, 2, … or 1, 3, ….
  [[nodiscard]] static Index parity(const Streams& streams) {
    return static_cast<Index>(streams.step % 2);
  }

 private:
  [[nodiscard]] bool is_frozen() const override { return tuning_.is_frozen(); }
  [[nodiscard]] bool wants_configurations(Index step, Index warmup) const override;
  void adapt(const WarmupStep& pooled) override;
  [[nodiscard]] std::vector<double> numbers() const override;
  void set_numbers(std::span<const double> numbers) override;
  void refresh(ChainState& state, const Streams& streams, Index rows) const;
  void add_pair_acceptance(const Column& alpha, StepInfo& info) const;

  std::unique_ptr<LadderWalk> walk_;
  TemperingOptions options_;
  LadderTuning tuning_;
};

}  // namespace nmc
