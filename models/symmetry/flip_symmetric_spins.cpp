#include "models/symmetry/flip_symmetric_spins.hpp"

namespace nmc {
namespace {

SymmetrisedSpins with_flips(std::unique_ptr<Autoregressive> network) {
  const Index sites = network->sites();
  return {std::move(network), z2_group(sites)};
}

}  // namespace

FlipSymmetricSpins::FlipSymmetricSpins(std::unique_ptr<Autoregressive> network)
    : mixture_(with_flips(std::move(network))) {}

// ln q_sym(s_t | s_<t) = ln (e^{A_t} + e^{B_t}) - ln (e^{A_<t} + e^{B_<t}) with A, B the sums over
// the prefix of ln q of s and of -s.
Batch FlipSymmetricSpins::log_conditionals(const Batch& s) const {
  const Batch a = network().log_conditionals(s), b = network().log_conditionals(-s);
  Batch of_images = Batch::Zero(s.rows(), 2), result(s.rows(), tokens());
  Column before = Column::Zero(s.rows());
  for (Index t = 0; t < tokens(); ++t) {
    of_images.col(0) += a.col(t);
    of_images.col(1) += b.col(t);
    const Column now = mix_equally(of_images).log_q;
    result.col(t) = now - before;
    before = now;
  }
  return result;
}

Draw FlipSymmetricSpins::redraw(const Batch& s, std::span<const Index> kept,
                                const Streams& streams) const {
  const Batch a = network().log_conditionals(s), b = network().log_conditionals(-s);
  Batch of_prefix = Batch::Zero(s.rows(), 2);
  for (Index c = 0; c < s.rows(); ++c)
    for (Index t = 0; t < kept[static_cast<std::size_t>(c)]; ++t) {
      of_prefix(c, 0) += a(c, t);
      of_prefix(c, 1) += b(c, t);
    }
  const Column u = uniform_flips(streams, s.rows());
  const Column sign =
      (u < mix_equally(of_prefix).share.col(0)).select(Column::Ones(s.rows()), -1.0);
  Draw draw = network().redraw(s.colwise() * sign, kept, streams);
  Batch of_images(s.rows(), 2);
  of_images.col(0) = draw.log_q;
  of_images.col(1) = network().log_prob(-draw.x);
  draw.log_q = mix_equally(of_images).log_q;
  draw.x.colwise() *= sign;
  return draw;
}

// Each image by its share of q_sym.
Batch FlipSymmetricSpins::scores(const Batch& s) const {
  Batch of_images(s.rows(), 2);
  of_images.col(0) = network().log_prob(s);
  of_images.col(1) = network().log_prob(-s);
  const Batch share = mix_equally(of_images).share;
  return network().scores(s).colwise() * Column(share.col(0)) +
         network().scores(-s).colwise() * Column(share.col(1));
}

}  // namespace nmc
