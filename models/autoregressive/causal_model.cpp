#include "models/autoregressive/causal_model.hpp"

#include <algorithm>

namespace nmc {

using simd::kTile;

CausalModel::CausalModel(CausalSpec spec, Precision precision, std::uint64_t seed)
    : spec_(std::move(spec)), precision_(precision) {
  check(spec_);
  parameters_.resize(static_cast<std::size_t>(spec_.parameter_count()));
  initialise(spec_, seed, parameters_);
  if (precision_ == Precision::single)
    single_ = std::make_unique<CausalNet<float>>(spec_);
  else
    double_ = std::make_unique<CausalNet<double>>(spec_);
  CausalModel::parameters_changed();
}

void CausalModel::parameters_changed() {
  if (single_) single_->load(parameters_);
  if (double_) double_->load(parameters_);
}

template <class Work>
void CausalModel::with_net(const Work& work) const {
  if (single_)
    work(*single_);
  else
    work(*double_);
}

template <class T, class Use>
void CausalModel::over_tiles(const CausalNet<T>& net, CausalDraw draw, Index chains,
                             const Use& use) const {
  CausalTile<T> tile;
  for (draw.first = 0; draw.first < chains; draw.first += kTile) {
    draw.chains = std::min<Index>(kTile, chains - draw.first);
    net.pass(draw, tile);
    use(draw.first, tile);
  }
}

Draw CausalModel::sample(const Streams& streams, Index chains) const {
  Batch u(chains, tokens());
  fill_uniform(streams, u);
  Draw result{Batch(chains, sites()), Column(chains)};
  with_net([&](const auto& net) {
    over_tiles(net, {.u = &u}, chains, [&](Index first, const auto& tile) {
      result.x.middleRows(first, tile.chains) = tile.s.topRows(tile.chains);
      result.log_q.segment(first, tile.chains) = sum_sites(tile.log_q.topRows(tile.chains));
    });
  });
  return result;
}

Draw CausalModel::redraw(const Batch& s, std::span<const Index> kept,
                         const Streams& streams) const {
  const Index chains = s.rows();
  Batch u(chains, tokens());
  fill_uniform(streams, u);
  Draw result{Batch(chains, sites()), Column(chains)};
  with_net([&](const auto& net) {
    over_tiles(net, {.s = &s, .kept = kept, .u = &u}, chains, [&](Index first, const auto& tile) {
      result.x.middleRows(first, tile.chains) = tile.s.topRows(tile.chains);
      result.log_q.segment(first, tile.chains) = sum_sites(tile.log_q.topRows(tile.chains));
    });
  });
  return result;
}

Batch CausalModel::log_conditionals(const Batch& s) const {
  Batch log_q(s.rows(), tokens());
  with_net([&](const auto& net) {
    over_tiles(net, {.s = &s}, s.rows(), [&](Index first, const auto& tile) {
      log_q.middleRows(first, tile.chains) = tile.log_q.topRows(tile.chains);
    });
  });
  return log_q;
}

void CausalModel::add_grad(const Batch& s, const Column& weight, std::span<double> grad) const {
  with_net([&](const auto& net) {
    over_tiles(net, {.s = &s}, s.rows(), [&](Index first, const auto& tile) {
      net.add_grad(tile, weight.segment(first, tile.chains), grad);
    });
  });
}

Column CausalModel::loss_grad(const Target& target, const Streams& streams, Index chains,
                              std::span<double> grad) const {
  Batch u(chains, tokens());
  fill_uniform(streams, u);
  Column loss(chains);
  with_net([&](const auto& net) {
    over_tiles(net, {.u = &u}, chains, [&](Index first, const auto& tile) {
      const Index n = tile.chains;
      const Column own = sum_sites(tile.log_q.topRows(n)) - target.log_density(tile.s.topRows(n));
      loss.segment(first, n) = own;
      if (grad.empty() || chains < 2) return;
      // l_c − (Σ_others l) / (n − 1) = (n l_c − Σ l) / (n − 1).
      const auto count = static_cast<double>(n);
      const Column weight = n > 1 ? Column((count * own - own.sum()) / (count - 1))
                                  : Column(own - loss.head(first).mean());
      net.add_grad(tile, weight, grad);
    });
  });
  return loss;
}

}  // namespace nmc
