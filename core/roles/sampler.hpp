#pragma once

#include <string>
#include <vector>

#include "core/random/streams.hpp"
#include "core/roles/chain_state.hpp"
#include "core/roles/tuning.hpp"

namespace nmc {

/// What a part of a composed sampler cost.
struct PartCost {
  Index runs = 0;  ///< steps of this part
  double cpu_seconds = 0;
};

/// What one step did, one number per chain.
struct StepInfo {
  Column acceptance;  ///< acceptance probability (mean over the parts of a composed step), 0 … 1
  Column accepted;    ///< 1 where the proposal was taken
  Column diverging;   ///< 1 where a trajectory diverged or a proposal was not finite
  double step_size = 0;
  Index n_steps = 0;  ///< gradient evaluations per chain
  /// Acceptance of each part of a composed step, (chains, parts), NaN for a part that was not run;
  /// (0, 0) where the step has one part.
  Batch part_acceptance;
  /// Of each part of part_names, for all chains together.
  std::vector<PartCost> part_costs{};

  /// Of a step that always moves: acceptance 1, nothing diverging.
  [[nodiscard]] static StepInfo always(Index chains) {
    return {Column::Ones(chains), Column::Ones(chains), Column::Zero(chains), 0, 0, {}};
  }
};

/// What a sampler says of itself, as data.
struct SamplerTraits {
  /// Whether steps() is more than a loop, so that it may stand for single steps.
  bool has_fast_steps = false;
  /// Steps between two draws where the job does not say: so many that keeping a draw is cheap
  /// beside them.
  Index steps_per_draw = 1;
  Index preferred_chunk = 64;  ///< chains that one call should be given for full speed
  /// Rows of the state that belong together (the temperatures of one ladder) and are one chain to
  /// the user. In every other place of this interface `chains` and first_chain count rows.
  Index rows_per_chain = 1;
  /// Of the parts whose acceptances and costs are worth telling apart: the columns of
  /// part_acceptance. Empty where there is one part.
  std::vector<std::string> part_names{};
};

/// A Markov kernel that leaves its target invariant. It holds no chain state and no generator; what
/// is tuned in warm-up is frozen before the first measured draw.
class Sampler {
 public:
  virtual ~Sampler() = default;
  [[nodiscard]] virtual Index sites() const = 0;
  /// Draws starting configurations if state.x is empty (0 sites), else keeps x; fills the caches.
  virtual void init(ChainState& state, const Streams& streams, Index chains) const = 0;
  /// One step of every chain. streams.step is unique for the step; the sampler sets the purpose.
  virtual StepInfo step(ChainState& state, const Streams& streams) const = 0;
  /// The same as `count` calls of step() at streams.step, streams.step + 1, …, for samplers whose
  /// single step is too short to pay for its bookkeeping. acceptance is that of the last one;
  /// accepted and diverging are 1 where they were in any.
  virtual StepInfo steps(ChainState& state, const Streams& streams, Index count) const;
  /// A sampler over another one starts from the other's traits and changes what is its own.
  [[nodiscard]] virtual SamplerTraits traits() const { return {}; }
  /// What warm-up tunes; null where there is nothing to tune.
  [[nodiscard]] virtual Tuning* tuning() { return nullptr; }
  /// Configuration in the target's own space: g(x) for samplers that walk in a latent space. The
  /// streams are those of the step that led here: a symmetrised flow draws its group element.
  [[nodiscard]] virtual Batch physical(const ChainState& state, const Streams& /*streams*/) const {
    return state.configurations();
  }
};

}  // namespace nmc
