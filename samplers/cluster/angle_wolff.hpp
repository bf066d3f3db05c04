#pragma once

#include "core/fields/coupled_angles.hpp"
#include "core/roles/sampler.hpp"
#include "samplers/cluster/cluster_count.hpp"
#include "samplers/local/local_angles.hpp"

namespace nmc {

struct AngleWolffOptions {
  Index clusters = 0;  ///< per step; 0: as many as turn as many sites as there are, on average
  AngleStart start = AngleStart::random;
};

/// Single clusters of an XY model (Wolff 1989) on any graph, with couplings of any sign: where they
/// compete clusters span the lattice and nothing is gained. `acceptance` is the share of clusters
/// that turned something. The target must outlive it.
class AngleWolff final : public Sampler {
 public:
  AngleWolff(const CoupledAngles& target, const AngleWolffOptions& options);

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;
  [[nodiscard]] SamplerTraits traits() const override { return {.preferred_chunk = 16}; }
  [[nodiscard]] Index clusters() const { return count_.clusters(); }
  [[nodiscard]] Tuning* tuning() override { return &count_; }

 private:
  const CoupledAngles& target_;
  AngleWolffOptions options_;
  ClusterCount count_;
};

}  // namespace nmc
