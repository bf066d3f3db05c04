#pragma once

#include "core/roles/sampler.hpp"
#include "samplers/local/label_order.hpp"

namespace nmc {

/// Single-label updates of any system of labels, by its site_energies() alone; a step is one sweep
/// of as many visits as there are sites. The plain reference of PairSweeps, which makes the same
/// decisions with the same words, and the sampler of systems that give no more than energies. The
/// target must outlive it.
class LocalLabels final : public Sampler {
 public:
  LocalLabels(const LabelTarget& target, const LocalLabelsOptions& options)
      : target_(target), options_(options), order_(target.sites(), options.order, nullptr) {}
  /// With an order of a graph that is known.
  LocalLabels(const LabelTarget& target, const LocalLabelsOptions& options, const Graph& graph)
      : target_(target), options_(options), order_(target.sites(), options.order, &graph) {}

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override {
    init_labels(state, {options_.start, target_}, streams, chains);
  }
  /// `acceptance` is the share of the visits that changed their label.
  StepInfo step(ChainState& state, const Streams& streams) const override;

 private:
  const LabelTarget& target_;
  LocalLabelsOptions options_;
  LabelOrder order_;
};

}  // namespace nmc
