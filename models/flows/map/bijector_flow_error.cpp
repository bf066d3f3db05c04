#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "models/flows/map/bijector_flow.hpp"
#include "models/flows/map/borrowed_layer.hpp"

namespace nmc {
namespace {

double largest(const Column& errors) {
  const double most = errors.abs().maxCoeff();
  return std::isfinite(errors.sum()) ? most : std::numeric_limits<double>::infinity();
}

/// The same flow in twice the steps.
std::unique_ptr<BijectorFlow> finer_flow(const BijectorFlow& flow, FlowConditions conditions) {
  BijectorFlow::Layers layers;
  for (const auto& layer : flow.layers())
    layers.push_back(layer->steps() > 0 ? layer->with_steps(2 * layer->steps())
                                        : std::make_unique<BorrowedLayer>(*layer));
  auto finer =
      std::make_unique<BijectorFlow>(std::move(layers), flow.precision(), 0, std::move(conditions));
  std::ranges::copy(flow.parameters(), finer->parameters().begin());
  finer->parameters_changed();
  return finer;
}

double error_beside(const Flow& finer, const Flow& flow) {
  constexpr Index kDraws = 256;
  constexpr std::uint64_t kSeed = 0x6c6f67715f657272;
  const Draw draw = flow.sample({kSeed, 0, 0, Purpose::validate}, kDraws);
  if (!draw.x.isFinite().all()) return std::numeric_limits<double>::infinity();
  return std::max(largest(draw.log_q - flow.log_prob(draw.x)),
                  largest(draw.log_q - finer.log_prob(draw.x)));
}

/// The ends of all ranges, those beyond the fourth moving with it; none where there are no ranges.
std::vector<Condition> corners_of(const std::vector<ConditionRange>& ranges) {
  constexpr std::size_t kApart = 4;
  std::vector<Condition> corners;
  const std::size_t count = std::min(ranges.size(), kApart);
  for (std::size_t corner = 0; corner < (std::size_t{1} << count) && count > 0; ++corner) {
    Condition at;
    for (std::size_t k = 0; k < ranges.size(); ++k)
      at.values.push_back((corner >> std::min(k, kApart - 1)) % 2 == 0 ? ranges[k].least
                                                                       : ranges[k].most);
    corners.push_back(std::move(at));
  }
  return corners;
}

}  // namespace

std::unique_ptr<BijectorFlow> BijectorFlow::part(std::size_t first, std::size_t count) const {
  Layers layers;
  for (std::size_t k = first; k < first + count; ++k)
    layers.push_back(std::make_unique<BorrowedLayer>(*layers_.at(k)));
  return std::make_unique<BijectorFlow>(std::move(layers), precision_, 0, conditions_);
}

std::unique_ptr<BijectorFlow> BijectorFlow::after(std::unique_ptr<Bijector> first) const {
  Layers layers;
  layers.push_back(std::move(first));
  for (const auto& layer : layers_) layers.push_back(std::make_unique<BorrowedLayer>(*layer));
  return std::make_unique<BijectorFlow>(std::move(layers), precision_, 0, conditions_);
}

bool BijectorFlow::has_steps() const {
  return std::ranges::any_of(layers_, [](const auto& layer) { return layer->steps() > 0; });
}

double BijectorFlow::log_q_error() const {
  return has_steps() ? error_beside(*finer_flow(*this, conditions_), *this) : 0;
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
    const auto finer = finer_flow(*this, conditions_);
    double error = error_beside(*finer, *this);
    for (const Condition& corner : corners_of(conditions_.ranges))
      error = std::max(error, error_beside(*finer->flow_at(corner), *flow_at(corner)));
    Index steps = 0;
    for (const auto& layer : layers_) steps = std::max(steps, layer->steps());
    if (error <= most || steps >= kMostSteps) return;
    constexpr double kSafety = 2, kLargest = 2, kLeast = 1.01;
    take(std::clamp(std::pow(kSafety * error / most, 0.25), kLeast, kLargest));
  }
}

}  // namespace nmc
