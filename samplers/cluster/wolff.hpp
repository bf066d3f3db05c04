#pragma once

#include "core/roles/sampler.hpp"
#include "core/roles/spin_target.hpp"
#include "samplers/cluster/cluster_bonds.hpp"
#include "samplers/local/spin_state.hpp"

namespace nmc {

struct WolffOptions {
  Index clusters = 1;  ///< per step; 0: as many as turn as many spins as there are, on average
  SpinStart start = SpinStart::random;
};

/// Single clusters (Wolff 1989) of a ferromagnet on any graph; fields act through a ghost spin, and
/// a cluster that holds it does not turn. `acceptance` is the share of clusters that turned. The
/// spins are bytes. The target must outlive it.
///
/// Clusters are tiny in disorder and at high temperatures and hold most of the lattice in order, so
/// that a number of clusters says nothing of how far a chain has come. A step of warm-up therefore
/// is as many clusters as turn N spins, by what they turned in the step before, on average over all
/// chains (part_acceptance: the share of the lattice that a cluster turned). Their number never
/// depends on the chain it moves, which would bias it; it is fixed before the first draw.
class Wolff final : public Sampler, private Tuning {
 public:
  /// UserError for negative couplings or four-spin terms.
  Wolff(const SpinTarget& target, const WolffOptions& options);

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;
  StepInfo steps(ChainState& state, const Streams& streams, Index count) const override;
  [[nodiscard]] SamplerTraits traits() const override {
    return {.has_fast_steps = true, .preferred_chunk = 16};
  }
  [[nodiscard]] Index clusters() const { return clusters_; }

  [[nodiscard]] Tuning* tuning() override { return this; }

 private:
  [[nodiscard]] bool is_frozen() const override { return phase_ == Phase::frozen; }
  void adapt(const WarmupStep& pooled) override;
  /// The phase, clusters per step, sum and number of the shares of the second half.
  [[nodiscard]] std::vector<double> numbers() const override;
  void set_numbers(std::span<const double> numbers) override;

  const SpinTarget& target_;
  WolffOptions options_;
  ClusterBonds bonds_;
  Index clusters_ = 1;
  /// Before the first adapt() nobody asks for shares, and there may be no warm-up at all.
  enum class Phase { fresh, tuned, frozen };
  Phase phase_ = Phase::fresh;
  double shares_ = 0;
  Index counted_ = 0;
};

}  // namespace nmc
