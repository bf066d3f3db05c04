#pragma once

#include <memory>
#include <span>
#include <stdexcept>
#include <vector>

#include "core/roles/autoregressive.hpp"
#include "models/autoregressive/beta_input.hpp"
#include "models/autoregressive/tiled_model.hpp"

namespace nmc {

/// A tiled model that is one network for a range of temperatures where its spec has a beta_range,
/// its one condition; `beta` of the spec is then its own. The net reads the beta of each pass.
template <class Spec, class... Nets>
class ConditionalModel : public TiledModel<Spec, Nets...> {
 public:
  [[nodiscard]] std::vector<ConditionRange> conditions() const override {
    if (!this->spec().beta_range) return {};
    return {*this->spec().beta_range};
  }
  void set_condition(const Condition& condition) override {
    this->own_spec().beta = checked_beta(condition);
  }
  [[nodiscard]] std::unique_ptr<Autoregressive> tokens_at(
      const Condition& condition) const override {
    return std::make_unique<AtBeta>(*this, checked_beta(condition));
  }

 protected:
  using TiledModel<Spec, Nets...>::TiledModel;

 private:
  class AtBeta;
  [[nodiscard]] double checked_beta(const Condition& condition) const {
    if (!this->spec().beta_range) throw std::logic_error("this network has no conditions");
    check_made_for(conditions(), condition);
    return condition.values.front();
  }
};

/// A conditional network at another beta than its own. It has no weights, so that a ladder of
/// temperatures holds the network once.
template <class Spec, class... Nets>
class ConditionalModel<Spec, Nets...>::AtBeta final : public Autoregressive {
 public:
  AtBeta(const ConditionalModel& model, double beta) : model_(model), beta_(beta) {}

  [[nodiscard]] Index sites() const override { return model_.sites(); }
  [[nodiscard]] Index tokens() const override { return model_.tokens(); }
  [[nodiscard]] std::span<const Index> order() const override { return model_.order(); }
  [[nodiscard]] Draw sample(const Streams& streams, Index chains) const override {
    return model_.draw_at(beta_, streams, chains);
  }
  [[nodiscard]] Draw redraw(const Batch& s, std::span<const Index> kept,
                            const Streams& streams) const override {
    return model_.redraw_at(beta_, s, kept, streams);
  }
  [[nodiscard]] Batch log_conditionals(const Batch& s) const override {
    return model_.log_conditionals_at(beta_, s);
  }
  [[nodiscard]] Column log_prob(const Batch& s) const override {
    return model_.log_prob_at(beta_, s);
  }
  void add_grad(const Batch& s, const Column& weight, std::span<double> grad) const override {
    model_.add_grad_at(beta_, s, weight, grad);
  }
  Column loss_grad(const Target& target, const Streams& streams, Index chains,
                   std::span<double> grad) const override {
    return model_.loss_grad_at({beta_, chains}, target, streams, grad);
  }
  [[nodiscard]] std::span<const double> parameters() const override { return model_.parameters(); }
  [[nodiscard]] std::span<double> parameters() override {
    throw std::logic_error("a network at another beta is for reading");
  }
  [[nodiscard]] std::vector<ConditionRange> conditions() const override {
    return model_.conditions();
  }
  void set_condition(const Condition& condition) override {
    beta_ = model_.checked_beta(condition);
  }
  [[nodiscard]] std::unique_ptr<Autoregressive> tokens_at(
      const Condition& condition) const override {
    return model_.tokens_at(condition);
  }

 private:
  const ConditionalModel& model_;
  double beta_;
};

}  // namespace nmc
