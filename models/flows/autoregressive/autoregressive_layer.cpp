#include "models/flows/autoregressive/autoregressive_layer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/errors.hpp"
#include "core/random/streams.hpp"
#include "models/flows/map/latent_trace.hpp"

namespace nmc {
namespace {

void check_regression(const AutoregressiveSpec& spec) {
  const auto n = static_cast<int>(spec.order.size());
  require(n >= 2,
          fmt::format("an autoregressive flow needs at least two sites, and this has {}", n));
  std::vector<int> sorted = spec.order;
  std::ranges::sort(sorted);
  for (int site = 0; site < n; ++site)
    require(sorted[static_cast<std::size_t>(site)] == site,
            fmt::format("the order of an autoregressive layer must name each of the sites 0 … {} "
                        "once",
                        n - 1));
  require(spec.conditions >= 0, "an autoregressive layer cannot read fewer than 0 conditions");
  for (const auto& degrees : spec.degrees) {
    require(!degrees.empty(), "a hidden layer needs at least one unit");
    require(std::ranges::is_sorted(degrees) && degrees.front() >= 1 && degrees.back() < n,
            fmt::format("degrees of hidden units must ascend within 1 … {}", n - 1));
  }
  require(!spec.has_scale_net || !spec.degrees.empty(),
          "log scales that depend on the field need a hidden layer");
}

/// Where the group of each token begins, (tokens + 1): `each` of them in every group.
std::vector<int> equal_groups(int tokens, int each) {
  std::vector<int> starts;
  for (int t = 0; t <= tokens; ++t) starts.push_back(t * each);
  return starts;
}

/// The same of units by their degrees: those of degree m belong to token m − 1.
std::vector<int> groups_of(const std::vector<int>& degrees, int tokens) {
  std::vector<int> starts;
  for (int t = 0; t <= tokens; ++t)
    starts.push_back(static_cast<int>(std::ranges::lower_bound(degrees, t + 1) - degrees.begin()));
  return starts;
}

/// Uniform in (−1, 1) times `gain` over the root of how many inputs each row reads.
void scale_rows_of(const MaskedShape& shape, double gain, double* weights) {
  for (std::size_t o = 0; o < shape.rows().size(); ++o) {
    const double bound = gain / std::sqrt(std::max(1.0, static_cast<double>(shape.reads()[o])));
    for (int i = 0; i < shape.reads()[o]; ++i) weights[shape.rows()[o] + i] *= bound;
  }
}

}  // namespace

std::vector<int> even_degrees(Index sites, Index width) {
  std::vector<int> degrees;
  for (Index unit = 0; unit < width; ++unit)
    degrees.push_back(1 + static_cast<int>(unit * (sites - 1) / width));
  return degrees;
}

AutoregressiveLayer::AutoregressiveLayer(AutoregressiveSpec spec)
    : spec_(std::move(spec)), log_scale_(std::ssize(spec_.order), spec_.conditions) {
  check_regression(spec_);
  lay_out();
}

void AutoregressiveLayer::lay_out() {
  const auto n = static_cast<int>(spec_.order.size());
  layout_.order = spec_.order;
  layout_.activation = spec_.activation;
  layout_.per_token = spec_.has_scale_net ? 2 : 1;
  std::vector<int> below = equal_groups(n, 1);
  for (const auto& degrees : spec_.degrees) {
    std::vector<int> units = groups_of(degrees, n);
    layout_.hidden.emplace_back(std::move(below), units, false);
    below = std::move(units);
  }
  if (spec_.degrees.empty()) below = equal_groups(n, 0);
  layout_.output = MaskedShape(std::move(below), equal_groups(n, layout_.per_token), true);
  layout_.direct = MaskedShape(equal_groups(n, 1), equal_groups(n, 1), true);
  Index at = 0;
  for (std::size_t l = 0; l <= layout_.hidden.size(); ++l) {
    const MaskedShape& here = shape(l);
    places_.weights.push_back(at);
    places_.biases.push_back(at + here.weights());
    bias_.emplace_back(here.outputs(), spec_.conditions);
    at = places_.biases.back() + bias_.back().parameter_count();
  }
  places_.direct = at;
  places_.log_scale = at + layout_.direct.weights();
  places_.bound = places_.log_scale + log_scale_.parameter_count();
  parameter_count_ = places_.bound + (spec_.has_scale_net ? n : 0);
}

// Of MAF x_t is a function of z_t and of the x before it, of IAF of the z before it.
void AutoregressiveLayer::follow(LatentTrace& trace) const {
  const std::span<const int> order(spec_.order);
  for (std::size_t k = 0; k < order.size(); ++k) {
    const std::size_t t = spec_.is_inverse ? order.size() - 1 - k : k;
    trace.join(order[t], order.first(t));
  }
}

void AutoregressiveLayer::initialise(std::span<double> parameters, std::uint64_t seed) const {
  std::ranges::fill(parameters, 0.0);
  Batch u(1, places_.direct);
  fill_uniform({seed, 0, 0, Purpose::weights}, u);
  for (std::size_t l = 0; l <= layout_.hidden.size(); ++l) {
    const bool is_last = l == layout_.hidden.size();
    const Index first = places_.weights[l];
    for (Index k = first; k < first + shape(l).weights(); ++k) parameters[k] = 2 * u(0, k) - 1;
    scale_rows_of(shape(l), is_last ? 0.1 : 1.0, parameters.data() + first);
    // Units of one token that all began with bias 0 would bend at the same place.
    const auto reads = shape(l).reads();
    for (std::size_t o = 0; !is_last && o < reads.size(); ++o) {
      const Index k = places_.biases[l] + static_cast<Index>(o);
      parameters[k] = (2 * u(0, k) - 1) / std::sqrt(std::max(1.0, static_cast<double>(reads[o])));
    }
  }
  for (Index k = places_.bound; k < parameter_count_; ++k) parameters[k] = 1;
}

template <class T>
void AutoregressiveLayer::load_into(Loaded<T>& loaded, std::span<const double> parameters) const {
  MadeWeights<T>& weights = loaded.weights;
  weights.hidden.resize(layout_.hidden.size());
  for (std::size_t l = 0; l < layout_.hidden.size(); ++l)
    pack_masked(layout_.hidden[l], parameters.data() + places_.weights[l], weights.hidden[l]);
  pack_masked(layout_.output, parameters.data() + places_.weights.back(), weights.output);
  pack_masked(layout_.direct, parameters.data() + places_.direct, weights.direct);
  weights.bound.assign(parameters.begin() + places_.bound, parameters.end());
  if (spec_.conditions == 0) loaded.own = biases_at<T>(nullptr);
}

void AutoregressiveLayer::load(std::span<const double> parameters) {
  for (std::size_t l = 0; l < bias_.size(); ++l)
    bias_[l].load(parameters.subspan(static_cast<std::size_t>(places_.biases[l]),
                                     static_cast<std::size_t>(bias_[l].parameter_count())));
  log_scale_.load(parameters.subspan(static_cast<std::size_t>(places_.log_scale),
                                     static_cast<std::size_t>(log_scale_.parameter_count())));
  load_into(single_, parameters);
  load_into(double_, parameters);
}

template <class T>
MadeBiases<T> AutoregressiveLayer::biases_at(const double* condition) const {
  const auto here = [condition](const ConditionLines& lines) {
    const std::vector<double> numbers = lines.at(condition);
    return std::vector<T>(numbers.begin(), numbers.end());
  };
  MadeBiases<T> all;
  for (const ConditionLines& lines : bias_) all.bias.push_back(here(lines));
  all.log_scale = here(log_scale_);
  return all;
}

Direction AutoregressiveLayer::own_way(Direction way) const {
  if (!spec_.is_inverse) return way;
  return way == Direction::generate ? Direction::infer : Direction::generate;
}

template <class T>
const AutoregressiveLayer::Loaded<T>& AutoregressiveLayer::loaded() const {
  if constexpr (std::is_same_v<T, float>)
    return single_;
  else
    return double_;
}

template <class T>
void AutoregressiveLayer::apply_tile(Direction way, TileView<T> tile) const {
  const Loaded<T>& mine = loaded<T>();
  if (spec_.conditions == 0) {
    made_map({layout_, mine.weights, mine.own}, own_way(way), tile);
    return;
  }
  const MadeBiases<T> biases = biases_at<T>(tile.condition);
  made_map({layout_, mine.weights, biases}, own_way(way), tile);
}

template <class T>
void AutoregressiveLayer::apply_tile_vjp(Direction way, const TileVjp<T>& tile) const {
  const Loaded<T>& mine = loaded<T>();
  const MadeBiases<T> here = spec_.conditions == 0 ? MadeBiases<T>{} : biases_at<T>(tile.condition);
  const MadeNet<T> net{layout_, mine.weights, spec_.conditions == 0 ? mine.own : here};
  if (!tile.grad) {
    made_vjp(net, own_way(way), tile, nullptr);
    return;
  }
  MadeGradient grad;
  for (std::size_t l = 0; l < layout_.hidden.size(); ++l)
    grad.hidden.push_back(tile.grad + places_.weights[l]);
  grad.output = tile.grad + places_.weights.back();
  grad.direct = tile.grad + places_.direct;
  for (const ConditionLines& lines : bias_)
    grad.bias.emplace_back(static_cast<std::size_t>(lines.numbers()), 0.0);
  grad.log_scale.assign(spec_.order.size(), 0);
  grad.bound.assign(spec_.order.size(), 0);
  made_vjp(net, own_way(way), tile, &grad);
  for (std::size_t l = 0; l < bias_.size(); ++l)
    for (Index i = 0; i < bias_[l].numbers(); ++i)
      bias_[l].add_grad(i, grad.bias[l][static_cast<std::size_t>(i)], tile.condition,
                        tile.grad + places_.biases[l]);
  for (std::size_t t = 0; t < spec_.order.size(); ++t) {
    log_scale_.add_grad(static_cast<Index>(t), grad.log_scale[t], tile.condition,
                        tile.grad + places_.log_scale);
    if (spec_.has_scale_net) tile.grad[places_.bound + static_cast<Index>(t)] += grad.bound[t];
  }
}

template void AutoregressiveLayer::apply_tile(Direction, TileView<float>) const;
template void AutoregressiveLayer::apply_tile(Direction, TileView<double>) const;
template void AutoregressiveLayer::apply_tile_vjp(Direction, const TileVjp<float>&) const;
template void AutoregressiveLayer::apply_tile_vjp(Direction, const TileVjp<double>&) const;

}  // namespace nmc
