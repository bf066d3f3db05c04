#pragma once

#include "samplers/proposal/metropolis_hastings.hpp"
#include "samplers/tuned_width.hpp"

namespace nmc {

struct RandomWalkOptions {
  double width = 0;     ///< of the Gaussian proposal; 0: 2.38/√sites to start with
  Index proposals = 1;  ///< per step
  /// Acceptance that warm-up tunes the width to (Roberts, Gelman and Gilks 1997); 0: keep the
  /// width.
  double target_acceptance = 0.234;
  double start_width = 1;  ///< of the normal starting configurations
};

/// x' = x + width·ξ on all sites, ξ normal, of real numbers or, less whole turns, of angles: T is
/// symmetric.
class RandomWalk final : public Proposal {
 public:
  /// Keeps what kind of configurations the target has, and its number of sites; UserError where it
  /// is of neither kind.
  RandomWalk(const Target& target, const RandomWalkOptions& options);

  [[nodiscard]] Index sites() const override { return sites_; }
  [[nodiscard]] Support support() const override { return support_; }
  /// Starts from normals, or from uniform angles.
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  [[nodiscard]] Proposed propose(const ChainState& state, const Streams& streams,
                                 Index attempt) const override;
  /// The same with normals xi, (chains, sites).
  [[nodiscard]] Proposed walk(const ChainState& state, const Batch& xi) const;
  [[nodiscard]] ProposalTraits traits() const override;
  [[nodiscard]] Tuning* tuning() override { return &width_; }
  /// Of angles at most π: a wider one says no more.
  [[nodiscard]] double width() const;

 private:
  Index sites_;
  Support support_;
  RandomWalkOptions options_;
  TunedWidth width_;
};

/// Random-walk Metropolis. UserError where the target is neither of real numbers nor of angles; it
/// must outlive the sampler.
[[nodiscard]] MetropolisHastings random_walk_sampler(const Target& target,
                                                     const RandomWalkOptions& options);

}  // namespace nmc
