#pragma once

#include "core/roles/sampler.hpp"
#include "samplers/cluster/cluster_count.hpp"
#include "samplers/cluster/label_bonds.hpp"
#include "samplers/local/label_state.hpp"

namespace nmc {

struct LabelWolffOptions {
  Index clusters = 1;  ///< per step; 0: as many as turn as many labels as there are, on average
  LabelStart start = LabelStart::random;
};

/// Single clusters of labels on a graph, of any couplings; a field acts through a ghost.
/// `acceptance` is the share of clusters that turned. The target must outlive it.
class LabelWolff final : public Sampler {
 public:
  LabelWolff(const PairLabels& target, const LabelWolffOptions& options)
      : target_(target),
        start_(options.start),
        bonds_(target),
        count_(options.clusters, target.sites()) {}

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override {
    init_labels(state, {start_, target_}, streams, chains);
  }
  StepInfo step(ChainState& state, const Streams& streams) const override {
    return steps(state, streams, 1);
  }
  StepInfo steps(ChainState& state, const Streams& streams, Index count) const override;
  [[nodiscard]] SamplerTraits traits() const override {
    return {.has_fast_steps = true, .preferred_chunk = 16};
  }
  [[nodiscard]] Tuning* tuning() override { return &count_; }

 private:
  const PairLabels& target_;
  LabelStart start_;
  LabelBonds bonds_;
  ClusterCount count_;
};

/// All clusters of labels on a graph at once. The target must outlive it.
class LabelSwendsenWang final : public Sampler {
 public:
  LabelSwendsenWang(const PairLabels& target, LabelStart start)
      : target_(target), start_(start), bonds_(target) {}

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override {
    init_labels(state, {start_, target_}, streams, chains);
  }
  StepInfo step(ChainState& state, const Streams& streams) const override {
    return steps(state, streams, 1);
  }
  StepInfo steps(ChainState& state, const Streams& streams, Index count) const override;
  [[nodiscard]] SamplerTraits traits() const override {
    return {.has_fast_steps = true, .preferred_chunk = 16};
  }

 private:
  const PairLabels& target_;
  LabelStart start_;
  LabelBonds bonds_;
};

}  // namespace nmc
