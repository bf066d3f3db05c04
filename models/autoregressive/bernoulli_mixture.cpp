#include "models/autoregressive/bernoulli_mixture.hpp"

#include <fmt/format.h>

#include "core/errors.hpp"
#include "core/simd/functions.hpp"
#include "models/autoregressive/site_order.hpp"

namespace nmc {
namespace {

using simd::kTile;

std::span<double> span_of(auto& table) {
  return {table.data(), static_cast<std::size_t>(table.size())};
}

MixtureSpec checked(MixtureSpec spec) {
  require(spec.components >= 1,
          fmt::format("components = {}: a mixture needs at least one", spec.components));
  check_order(spec.order, spec.sites);
  return spec;
}

}  // namespace

MixtureNet::MixtureNet(const MixtureSpec& spec) : spec_(spec) {}

void MixtureNet::load(std::span<const double> parameters) {
  const Index K = spec_.components;
  log_weight_ = Eigen::Map<const Column>(parameters.data(), K);
  log_weight_ -= log_weight_.maxCoeff();
  Column weight = log_weight_;
  simd::exp(span_of(weight), span_of(weight));
  Column total = Column::Constant(1, weight.sum());
  simd::log(span_of(total), span_of(total));
  log_weight_ -= total(0);
  const Batch b = Eigen::Map<const Batch>(parameters.data() + K, spec_.sites, K);
  up_ = b;
  down_ = -b;
  log_up_ = -b;
  log_down_ = b;
  for (Batch* table : {&up_, &down_}) simd::sigmoid(span_of(*table), span_of(*table));
  for (Batch* table : {&log_up_, &log_down_}) {
    simd::softplus(span_of(*table), span_of(*table));
    *table = -*table;
  }
}

void MixtureNet::exponentiate(Tile& tile) {
  Lanes top = tile.log_share.col(0);
  for (Index k = 1; k < tile.log_share.cols(); ++k) top = top.max(tile.log_share.col(k));
  for (Index k = 0; k < tile.log_share.cols(); ++k) tile.share.col(k) = tile.log_share.col(k) - top;
  simd::exp(span_of(tile.share), span_of(tile.share));
}

void MixtureNet::pass(const CausalDraw& draw, Tile& tile) const {
  const Index K = spec_.components;
  tile.chains = draw.chains;
  tile.s.resize(kTile, spec_.sites);
  tile.log_q.resize(kTile, spec_.tokens());
  tile.share.resize(kTile, K);
  tile.log_share.resize(kTile, K);
  for (Index k = 0; k < K; ++k) tile.log_share.col(k).setConstant(log_weight_(k));
  const SpinTokens spins(draw);
  Lanes unused;
  for (Index token = 0; token < spec_.tokens(); ++token) {
    const Index site = spec_.order[static_cast<std::size_t>(token)];
    exponentiate(tile);
    Lanes up = Lanes::Zero(), down = Lanes::Zero();
    for (Index k = 0; k < K; ++k) {
      up += up_(site, k) * tile.share.col(k);
      down += down_(site, k) * tile.share.col(k);
    }
    simd::log(span_of(up), span_of(up));
    simd::log(span_of(down), span_of(down));
    const Lanes logit = up - down;
    auto s = tile.s.col(site);
    spins.choose({token, site}, logit.data(),
                 {s.data(), tile.log_q.col(token).data(), unused.data()});
    for (Index k = 0; k < K; ++k)
      tile.log_share.col(k) +=
          (s > 0).select(Lanes::Constant(log_up_(site, k)), log_down_(site, k));
  }
  exponentiate(tile);
}

void MixtureNet::add_grad(const Tile& tile, const Column& weight, std::span<double> grad) const {
  const Index n = tile.chains, K = spec_.components;
  const Column total = sum_sites(tile.share.topRows(n));
  for (Index k = 0; k < K; ++k) {
    const Column share = weight * tile.share.col(k).head(n) / total;
    grad[static_cast<std::size_t>(k)] += (share - weight * std::exp(log_weight_(k))).sum();
    for (Index i = 0; i < spec_.sites; ++i)
      grad[static_cast<std::size_t>(K + k * spec_.sites + i)] +=
          (share * (0.5 * (tile.s.col(i).head(n) + 1) - up_(i, k))).sum();
  }
}

BernoulliMixture::BernoulliMixture(MixtureSpec spec, std::uint64_t seed)
    : TiledModel(checked(std::move(spec))) {
  const Index K = this->spec().components;
  Batch u(1, K * sites());
  fill_uniform({seed, 0, 0, Purpose::weights}, u);
  std::vector<double> parameters(static_cast<std::size_t>(K), 0);
  for (Index i = 0; i < u.cols(); ++i) parameters.push_back(2 * u(0, i) - 1);
  start(std::make_unique<MixtureNet>(this->spec()), std::move(parameters));
}

}  // namespace nmc
