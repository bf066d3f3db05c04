#include "models/symmetry/symmetrised_spins.hpp"

#include <algorithm>

#include "core/simd/tile.hpp"
#include "models/autoregressive/tile_draw.hpp"

namespace nmc {

SymmetrisedSpins::SymmetrisedSpins(std::unique_ptr<Autoregressive> network,
                                   std::vector<SymmetryOperation> group)
    : network_(std::move(network)), group_(std::move(group)) {
  check_group(group_, network_->sites());
  identity_ = std::ranges::find(group_, identity_operation(network_->sites())) - group_.begin();
}

Batch SymmetrisedSpins::log_images(const Batch& s, const Column* of_identity) const {
  Batch log_terms(s.rows(), std::ssize(group_));
  for (Index g = 0; g < log_terms.cols(); ++g)
    log_terms.col(g) = g == identity_ && of_identity != nullptr
                           ? *of_identity
                           : network_->log_prob(apply(group_[static_cast<std::size_t>(g)], s));
  return log_terms;
}

void SymmetrisedSpins::add_shares(const Batch& s, const Batch& weighted_share,
                                  std::span<double> grad) const {
  for (Index g = 0; g < weighted_share.cols(); ++g)
    network_->add_grad(apply(group_[static_cast<std::size_t>(g)], s), weighted_share.col(g), grad);
}

SymmetrisedSpins::Moved SymmetrisedSpins::draw(const Streams& streams, Index chains) const {
  Draw draw = network_->sample(streams, chains);
  Mixture mixture = mix_equally(log_images(draw.x, &draw.log_q));
  Batch s = move(group_, random_elements(std::ssize(group_), streams, chains), draw.x);
  return {std::move(draw.x), std::move(s), std::move(mixture)};
}

Draw SymmetrisedSpins::sample(const Streams& streams, Index chains) const {
  Moved moved = draw(streams, chains);
  return {std::move(moved.s), std::move(moved.mixture.log_q)};
}

Column SymmetrisedSpins::log_prob(const Batch& s) const {
  return mix_equally(log_images(s, nullptr)).log_q;
}

void SymmetrisedSpins::add_grad(const Batch& s, const Column& weight,
                                std::span<double> grad) const {
  Mixture mixture = mix_equally(log_images(s, nullptr));
  mixture.share.colwise() *= weight;
  add_shares(s, mixture.share, grad);
}

// The images of h s are those of s, so that the gradient may be taken at what the network drew.
Column SymmetrisedSpins::loss_grad(const Target& target, const Streams& streams, Index chains,
                                   std::span<double> grad) const {
  Moved moved = draw(streams, chains);
  const Column loss = moved.mixture.log_q - target.log_density(moved.s);
  if (grad.empty()) return loss;
  Column weight(chains);
  for (Index first = 0; first < chains; first += simd::kTile) {
    const Index count = std::min<Index>(simd::kTile, chains - first);
    weight.segment(first, count) = leave_one_out(loss, {first, count});
  }
  moved.mixture.share.colwise() *= weight;
  add_shares(moved.drawn, moved.mixture.share, grad);
  return loss;
}

}  // namespace nmc
