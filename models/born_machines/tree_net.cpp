#include "models/born_machines/tree_net.hpp"

#include <algorithm>
#include <cmath>

#include "models/born_machines/tree_draw.hpp"
#include "models/born_machines/tree_messages.hpp"

namespace nmc {
namespace {

using Eigen::MatrixXd;
using simd::kTile;

constexpr double kLeast = 1e-300;

/// A configuration of the tile by the places of the leaves: whether a spin is up.
MatrixXd leaves_up(const TreeSpec& spec, const TreeTile& tile) {
  MatrixXd up(tile.chains, spec.sites);
  for (Index place = 0; place < spec.sites; ++place)
    up.col(place) = (tile.s.col(spec.site(place)).head(tile.chains) > 0).cast<double>().matrix();
  return up;
}

bool keeps_all(const CausalDraw& draw, Index tokens) {
  if (draw.s == nullptr) return false;
  for (Index chain = 0; chain < draw.chains; ++chain)
    if (!draw.keeps(chain, tokens - 1)) return false;
  return true;
}

}  // namespace

void TreeNet::load(std::span<const double> parameters) {
  own_ = tree_state(spec_, parameters);
  canonical_ = up_canonical(own_).state;
  log_z_grad_ = gradient_of_tree_log_z(own_);
}

void TreeNet::pass(const CausalDraw& draw, Tile& tile) const {
  tile.chains = draw.chains;
  tile.s.resize(kTile, spec_.sites);
  tile.log_q.setZero();
  if (draw.by_token) tile.by_token.resize(kTile, spec_.tokens());
  if (keeps_all(draw, spec_.tokens()) && !draw.by_token)
    contract(draw, tile);
  else
    draw_leaves(draw, tile);
}

void TreeNet::contract(const CausalDraw& draw, Tile& tile) const {
  tile.s.topRows(draw.chains) = draw.s->middleRows(draw.first, draw.chains);
  const UpMessages up = messages_up(canonical_, leaves_up(spec_, tile));
  tile.log_q.head(draw.chains) = (2 * up.log_psi).max(std::log(kLeast));
}

void TreeNet::draw_leaves(const CausalDraw& draw, Tile& tile) const {
  const TreeWalk walk(canonical_);
  for (Index chain = 0; chain < draw.chains; ++chain) {
    double log_q = 0;
    walk.run([&](Index place, const std::array<double, 2>& weight) {
      const Index site = spec_.site(place);
      const double total = weight[0] + weight[1];
      // What lies beyond all that Ψ allows has even odds.
      const double up = total > 0 ? weight[1] / total : 0.5;
      const bool is_up = draw.keeps(chain, place) ? (*draw.s)(draw.first + chain, site) > 0
                                                  : (*draw.u)(chain, place) < up;
      const double log_of = std::log(std::max(kLeast, is_up ? up : 1 - up));
      tile.s(chain, site) = is_up ? 1 : -1;
      if (draw.by_token) tile.by_token(chain, place) = log_of;
      log_q += log_of;
      return Index{is_up};
    });
    tile.log_q(chain) = log_q;
  }
}

void TreeNet::add_grad(const Tile& tile, const Column& weight, std::span<double> grad) const {
  const UpMessages up = messages_up(own_, leaves_up(spec_, tile));
  const TreeTensors of_psi = gradient_of_log_psi(own_, up, 2 * weight);
  const std::vector<double> numbers = pack(of_psi);
  const double total = weight.sum();
  for (std::size_t k = 0; k < grad.size(); ++k) grad[k] += numbers[k] - total * log_z_grad_[k];
}

}  // namespace nmc
