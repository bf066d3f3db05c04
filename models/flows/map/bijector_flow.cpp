#include "models/flows/map/bijector_flow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "models/flows/map/flow_map.hpp"
#include "models/flows/map/flow_rows.hpp"

namespace nmc {

/// A conditional flow at another condition than its own. It has no weights.
class BijectorFlow::At final : public Flow {
 public:
  At(const BijectorFlow& flow, const Condition& condition)
      : flow_(flow), inputs_(flow.inputs_at(condition)) {
    set_gradient(flow.gradient());
  }

  [[nodiscard]] Index sites() const override { return flow_.sites(); }
  [[nodiscard]] Support support() const override { return flow_.support(); }
  [[nodiscard]] Mapped forward(const Batch& z) const override {
    return map_batch(here(), Direction::generate, z);
  }
  [[nodiscard]] Mapped inverse(const Batch& x) const override {
    return map_batch(here(), Direction::infer, x);
  }
  Batch forward_vjp(const Batch& x, const Batch& gx, const Column& g_log_det,
                    std::span<double> grad) const override {
    return vjp_batch(here(), Direction::generate, {x, gx, g_log_det}, grad);
  }
  Batch inverse_vjp(const Batch& z, const Batch& gz, const Column& g_log_det,
                    std::span<double> grad) const override {
    return vjp_batch(here(), Direction::infer, {z, gz, g_log_det}, grad);
  }
  void add_grad(const Batch& x, const Column& weight, std::span<double> grad) const override {
    density_gradient(here(), x, weight, grad);
  }
  [[nodiscard]] std::span<const double> parameters() const override { return flow_.parameters(); }
  [[nodiscard]] std::span<double> parameters() override {
    throw std::logic_error("a flow at another condition is for reading");
  }
  [[nodiscard]] std::vector<ConditionRange> conditions() const override {
    return flow_.conditions();
  }
  void set_condition(const Condition& condition) override { inputs_ = flow_.inputs_at(condition); }
  [[nodiscard]] std::unique_ptr<Flow> flow_at(const Condition& condition) const override {
    return flow_.flow_at(condition);
  }

 private:
  [[nodiscard]] FlowHere here() const { return {flow_.layers(), flow_.precision(), inputs_}; }

  const BijectorFlow& flow_;
  std::vector<double> inputs_;
};

BijectorFlow::BijectorFlow(Layers layers, Precision precision, std::uint64_t seed,
                           FlowConditions conditions)
    : layers_(std::move(layers)), precision_(precision), conditions_(std::move(conditions)) {
  require(!layers_.empty(), "a flow needs at least one layer");
  sites_ = layers_.front()->sites();
  std::size_t total = 0;
  for (const auto& layer : layers_) {
    require(layer->sites() == sites_,
            fmt::format("flow layers act on {} and on {} sites", sites_, layer->sites()));
    const Index read = layer->conditions();
    require(read == 0 || read == std::ssize(conditions_.ranges),
            fmt::format("a layer reads {} conditions, and the flow has {}", read,
                        conditions_.ranges.size()));
    support_ = layer->image(support_);
    offsets_.push_back(total);
    total += static_cast<std::size_t>(layer->parameter_count());
  }
  offsets_.push_back(total);
  require(support_ != Support::angle || precision_ == Precision::twice,
          "a flow of angles computes in double; the precision of its nets is that of its layers");
  parameters_.resize(total);
  for (std::size_t k = 0; k < layers_.size(); ++k)
    layers_[k]->initialise(
        std::span(parameters_).subspan(offsets_[k], offsets_[k + 1] - offsets_[k]),
        seed ^ (0x9E3779B97F4A7C15ULL * (k + 1)));  // a key of its own for every layer
  parameters_changed();
  check_ranges(conditions_.ranges);
  if (!conditions_.ranges.empty()) inputs_ = inputs_at(conditions_.own);
}

std::vector<double> BijectorFlow::inputs_at(const Condition& condition) const {
  if (conditions_.ranges.empty()) throw std::logic_error("this flow has no conditions");
  return network_inputs(conditions_.ranges, condition);
}

void BijectorFlow::set_condition(const Condition& condition) {
  inputs_ = inputs_at(condition);
  conditions_.own = condition;
}

std::unique_ptr<Flow> BijectorFlow::flow_at(const Condition& condition) const {
  return std::make_unique<At>(*this, condition);
}

std::span<const double> BijectorFlow::layer_parameters(std::size_t k) const {
  return std::span(parameters_).subspan(offsets_[k], offsets_[k + 1] - offsets_[k]);
}

void BijectorFlow::parameters_changed() {
  for (std::size_t k = 0; k < layers_.size(); ++k) layers_[k]->load(layer_parameters(k));
}

bool BijectorFlow::starts_from_data() const {
  return std::ranges::any_of(layers_, [](const auto& layer) { return layer->starts_from_data(); });
}

std::vector<double> BijectorFlow::parameters_from(const Batch& x) const {
  require(x.cols() == sites_ && x.rows() > 0 && x.isFinite().all(),
          fmt::format("a flow of {} sites cannot start from these {} configurations of {} numbers",
                      sites_, x.rows(), x.cols()));
  std::vector<double> numbers = parameters_;
  Batch y = x;
  for (std::size_t k = layers_.size(); k-- > 0;) {
    const Bijector& layer = *layers_[k];
    const auto own = std::span(numbers).subspan(offsets_[k], offsets_[k + 1] - offsets_[k]);
    if (layer.starts_from_data())
      layer.start_from(y, own);
    else
      y = infer_layer(layer, inputs_, y);
  }
  return numbers;
}

LatentMap BijectorFlow::latent_map() const {
  return map_of_layers(layers_, inputs_);
}

Mapped BijectorFlow::forward(const Batch& z) const {
  return map_batch({layers_, precision_, inputs_}, Direction::generate, z);
}

Mapped BijectorFlow::inverse(const Batch& x) const {
  return map_batch({layers_, precision_, inputs_}, Direction::infer, x);
}

Batch BijectorFlow::forward_vjp(const Batch& x, const Batch& gx, const Column& g_log_det,
                                std::span<double> grad) const {
  return vjp_batch({layers_, precision_, inputs_}, Direction::generate, {x, gx, g_log_det}, grad);
}

Batch BijectorFlow::inverse_vjp(const Batch& z, const Batch& gz, const Column& g_log_det,
                                std::span<double> grad) const {
  return vjp_batch({layers_, precision_, inputs_}, Direction::infer, {z, gz, g_log_det}, grad);
}

void BijectorFlow::add_grad(const Batch& x, const Column& weight, std::span<double> grad) const {
  density_gradient({layers_, precision_, inputs_}, x, weight, grad);
}

}  // namespace nmc
