#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "models/flows/bijector_flow.hpp"

namespace nmc {
namespace {

/// A layer that lives elsewhere and is loaded there.
class BorrowedLayer final : public Bijector {
 public:
  explicit BorrowedLayer(const Bijector& layer) : layer_(layer) {}
  [[nodiscard]] Index sites() const override { return layer_.sites(); }
  [[nodiscard]] Index parameter_count() const override { return layer_.parameter_count(); }
  [[nodiscard]] Index conditions() const override { return layer_.conditions(); }
  [[nodiscard]] Support image(Support in) const override { return layer_.image(in); }
  void initialise(std::span<double> parameters, std::uint64_t /*seed*/) const override {
    std::ranges::fill(parameters, 0.0);
  }
  void load(std::span<const double> /*parameters*/) override {}
  void apply(Direction way, TileView<float> tile) const override { layer_.apply(way, tile); }
  void apply(Direction way, TileView<double> tile) const override { layer_.apply(way, tile); }
  void apply_vjp(Direction way, const TileVjp<float>& tile) const override {
    layer_.apply_vjp(way, tile);
  }
  void apply_vjp(Direction way, const TileVjp<double>& tile) const override {
    layer_.apply_vjp(way, tile);
  }
  void write(archive::File& file, const std::string& group,
             std::span<const double> parameters) const override {
    layer_.write(file, group, parameters);
  }

 private:
  const Bijector& layer_;
};

double largest(const Column& errors) {
  const double most = errors.abs().maxCoeff();
  return std::isfinite(errors.sum()) ? most : std::numeric_limits<double>::infinity();
}

}  // namespace

bool BijectorFlow::has_steps() const {
  return std::ranges::any_of(layers_, [](const auto& layer) { return layer->steps() > 0; });
}

double BijectorFlow::log_q_error() const {
  if (!has_steps()) return 0;
  Layers layers;
  for (const auto& layer : layers_)
    layers.push_back(layer->steps() > 0 ? layer->with_steps(2 * layer->steps())
                                        : std::make_unique<BorrowedLayer>(*layer));
  BijectorFlow finer(std::move(layers), precision_, 0, conditions_);
  std::ranges::copy(parameters_, finer.parameters().begin());
  finer.parameters_changed();
  constexpr Index kDraws = 256;
  constexpr std::uint64_t kSeed = 0x6c6f67715f657272;
  const Draw draw = sample({kSeed, 0, 0, Purpose::validate}, kDraws);
  if (!draw.x.isFinite().all()) return std::numeric_limits<double>::infinity();
  return std::max(largest(draw.log_q - log_prob(draw.x)),
                  largest(draw.log_q - finer.log_prob(draw.x)));
}

// The error is of order 4 in the step.
void BijectorFlow::refine(double most) {
  constexpr Index kMostSteps = 1024;
  const auto take = [this](double factor) {
    for (auto& layer : layers_)
      if (layer->steps() > 0) {
        const auto steps = std::ceil(factor * static_cast<double>(layer->steps()));
        layer = layer->with_steps(std::max(layer->least_steps(), static_cast<Index>(steps)));
      }
  };
  if (!has_steps()) return;
  take(0);
  while (std::isfinite(most)) {
    const double error = log_q_error();
    Index steps = 0;
    for (const auto& layer : layers_) steps = std::max(steps, layer->steps());
    if (error <= most || steps >= kMostSteps) return;
    constexpr double kSafety = 2, kLargest = 2, kLeast = 1.01;
    take(std::clamp(std::pow(kSafety * error / most, 0.25), kLeast, kLargest));
  }
}

}  // namespace nmc
