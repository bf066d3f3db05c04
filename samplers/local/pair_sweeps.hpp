#pragma once

#include <vector>

#include "core/roles/sampler.hpp"
#include "samplers/local/label_order.hpp"
#include "samplers/local/label_tables.hpp"

namespace nmc {

/// Single-label updates of labels on a graph, the labels as bytes and all decisions from tables; a
/// step is one sweep of as many visits as there are sites. The target must outlive it.
class PairSweeps final : public Sampler {
 public:
  PairSweeps(const PairLabels& target, const LocalLabelsOptions& options)
      : target_(target),
        options_(options),
        order_(target.sites(), options.order, &target.graph()),
        tables_(target, options.rule) {}

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override {
    init_labels(state, {options_.start, target_}, streams, chains);
  }
  StepInfo step(ChainState& state, const Streams& streams) const override {
    return steps(state, streams, 1);
  }
  /// `acceptance` is the share of the last sweep's visits that changed their label.
  StepInfo steps(ChainState& state, const Streams& streams, Index count) const override;
  [[nodiscard]] SamplerTraits traits() const override;

 private:
  const PairLabels& target_;
  LocalLabelsOptions options_;
  LabelOrder order_;
  LabelTables tables_;
};

}  // namespace nmc
