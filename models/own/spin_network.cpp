#include "models/own/spin_network.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/autoregressive/tile_draw.hpp"

namespace nmc {
namespace {

/// ln 1/(1 + e^-t).
double log_sigmoid(double t) {
  return std::min(t, 0.0) - std::log1p(std::exp(-std::abs(t)));
}

}  // namespace

SpinNetwork::SpinNetwork(Index sites, Index parameters)
    : order_(static_cast<std::size_t>(sites)), weights_(parameters) {
  std::iota(order_.begin(), order_.end(), Index{0});
}

Abilities SpinNetwork::abilities() const {
  Abilities abilities = Autoregressive::abilities();
  abilities.stored = &weights_;
  return abilities;
}

Draw SpinNetwork::redraw(const Batch& s, std::span<const Index> kept,
                         const Streams& streams) const {
  const Index chains = s.rows();
  Draw draw{Batch::Zero(chains, sites()), Column::Zero(chains)};
  Batch u(chains, sites());
  fill_uniform(streams, u);
  for (Index site = 0; site < sites(); ++site) {
    const Column a = logit(draw.x, site);
    for (Index chain = 0; chain < chains; ++chain) {
      const bool is_kept = site < kept[static_cast<std::size_t>(chain)];
      const double drawn = u(chain, site) < std::exp(log_sigmoid(a(chain))) ? 1 : -1;
      const double spin = is_kept ? s(chain, site) : drawn;
      draw.x(chain, site) = spin;
      draw.log_q(chain) += log_sigmoid(spin * a(chain));
    }
  }
  return draw;
}

Batch SpinNetwork::log_conditionals(const Batch& s) const {
  Batch log_q(s.rows(), sites());
  for (Index site = 0; site < sites(); ++site)
    log_q.col(site) = (s.col(site) * logit(s, site)).unaryExpr(&log_sigmoid);
  return log_q;
}

void SpinNetwork::add_grad(const Batch& s, const Column& weight, std::span<double> grad) const {
  for (Index site = 0; site < sites(); ++site) {
    // d ln q(s_i) / d a_i = s_i / (1 + e^{s_i a_i})
    const Column against = (-s.col(site) * logit(s, site)).unaryExpr(&log_sigmoid).exp();
    add_logit_grad(s, site, weight * s.col(site) * against, grad);
  }
}

Column SpinNetwork::loss_grad(const Target& target, const Streams& streams, Index chains,
                              std::span<double> grad) const {
  const Draw draw = sample(streams, chains);
  const Column loss = draw.log_q - target.log_density(draw.x);
  if (grad.empty() || chains == 1) return loss;
  Column weight(chains);
  for (Index first = 0; first < chains; first += simd::kTile) {
    const Index count = std::min<Index>(simd::kTile, chains - first);
    weight.segment(first, count) = leave_one_out(loss.head(first + count), {first, count});
  }
  add_grad(draw.x, weight, grad);
  return loss;
}

}  // namespace nmc
