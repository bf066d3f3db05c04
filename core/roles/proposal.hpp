#pragma once

#include <limits>
#include <span>
#include <utility>

#include "core/random/streams.hpp"
#include "core/roles/chain_state.hpp"
#include "core/roles/support.hpp"
#include "core/roles/tuning.hpp"

namespace nmc {

/// x' ~ T(x → x') of every chain with the ratio that makes it exact. Whatever the ratio needs is
/// computed with the draw: it cannot be left out.
///
/// A proposal of a normalised model q with q(x) T(x → x') = q(x') T(x' → x) says so by log_q, in
/// the state by init() and here in `next`. Then
///   ln T(x' → x) − ln T(x → x') = ln q(x) − ln q(x') + log_ratio,
/// and the decision is made from the weights ln p − ln q that importance sampling uses; of all
/// others log_ratio is the whole (docs/decisions/0008-ratio-of-a-proposal.md).
struct Proposed {
  Proposed(ChainState to, Column ratio) : next(std::move(to)), log_ratio(std::move(ratio)) {}

  /// x' with the caches that init() fills; log_p only where the proposal had to know it, else (0).
  ChainState next;
  Column log_ratio;  ///< (chains); ln |det| of a deterministic map is part of it
};

/// A second chance for moves that had none, while a proposal is tuned: chains that begin where the
/// target is stiffer than where they live come down by shorter steps. No measured kernel has it.
class Retries {
 public:
  /// Which chains of a batch of `chains` are concerned, and for which time, 1 … most().
  struct Which {
    std::span<const Index> rows;
    Index chains = 0;
    Index time = 1;
  };
  virtual ~Retries() = default;
  [[nodiscard]] virtual Index most() const = 0;
  /// ln of the acceptance ratio below which a move is made anew.
  [[nodiscard]] virtual double hopeless() const = 0;
  /// Another proposal of the chains `which`, whose states are `some`.
  [[nodiscard]] virtual Proposed retry(const ChainState& some, const Streams& streams,
                                       const Which& which) const = 0;
};

/// What a step says of its proposal, as data.
struct ProposalTraits {
  Index attempts = 1;          ///< proposals per step, each decided by itself
  Index preferred_chunk = 64;  ///< chains that one call should be given for full speed
  double step_size = 0;        ///< as tuned by now
  Index n_steps = 0;           ///< gradient evaluations per chain and attempt
  /// A move whose ln of the acceptance ratio is less counts as diverging, as does one that is not
  /// finite.
  double divergence = -std::numeric_limits<double>::infinity();
  /// Of a proposal with one attempt per step; null where there are none, or none by now.
  const Retries* retries = nullptr;
};

/// A way to move that MetropolisHastings makes exact for every target. Const and free of hidden
/// state, as a Sampler is; what warm-up tunes is a Tuning of its own.
class Proposal {
 public:
  virtual ~Proposal() = default;
  [[nodiscard]] virtual Index sites() const = 0;
  [[nodiscard]] virtual Support support() const = 0;
  /// Draws starting configurations if state.x is empty (0 sites), else keeps x; fills the caches
  /// that propose() reads, log_p only where it comes with one of them.
  virtual void init(ChainState& state, const Streams& streams, Index chains) const = 0;
  /// Proposals of all chains. Attempts 0, 1, … of one step have numbers of their own each.
  [[nodiscard]] virtual Proposed propose(const ChainState& state, const Streams& streams,
                                         Index attempt) const = 0;
  [[nodiscard]] virtual ProposalTraits traits() const { return {}; }
  /// Null where there is nothing to tune.
  [[nodiscard]] virtual Tuning* tuning() { return nullptr; }
};

}  // namespace nmc
