#include "models/autoregressive/bernoulli_mixture.hpp"

#include <fmt/format.h>

#include "core/errors.hpp"
#include "core/simd/functions.hpp"
#include "models/autoregressive/site_order.hpp"

namespace nmc {
namespace {

using simd::kTile;

std::span<double> numbers_of(auto& table) {
  return {table.data(), static_cast<std::size_t>(table.size())};
}

MixtureSpec checked_mixture(MixtureSpec spec) {
  check(spec);
  return spec;
}

/// Of numbers ln π_k + const, b_ki.
MixtureTables tables_of(const MixtureSpec& spec, std::span<const double> numbers) {
  const Index K = spec.components;
  MixtureTables tables;
  tables.log_weight = Eigen::Map<const Column>(numbers.data(), K);
  tables.log_weight -= tables.log_weight.maxCoeff();
  Column weight = tables.log_weight;
  simd::exp(numbers_of(weight), numbers_of(weight));
  Column total = Column::Constant(1, weight.sum());
  simd::log(numbers_of(total), numbers_of(total));
  tables.log_weight -= total(0);
  const Batch b = Eigen::Map<const Batch>(numbers.data() + K, spec.sites, K);
  tables.up = b;
  tables.down = -b;
  tables.log_up = -b;
  tables.log_down = b;
  for (Batch* table : {&tables.up, &tables.down})
    simd::sigmoid(numbers_of(*table), numbers_of(*table));
  for (Batch* table : {&tables.log_up, &tables.log_down}) {
    simd::softplus(numbers_of(*table), numbers_of(*table));
    *table = -*table;
  }
  return tables;
}

}  // namespace

void check(const MixtureSpec& spec) {
  require(spec.components >= 1,
          fmt::format("components = {}: a mixture needs at least one", spec.components));
  check_order(spec.order, spec.sites);
  if (spec.beta_range) check_range(*spec.beta_range, spec.beta);
}

MixtureNet::MixtureNet(const MixtureSpec& spec) : spec_(spec) {}

void MixtureNet::load(std::span<const double> parameters) {
  if (spec_.beta_range)
    lines_.load(parameters);
  else
    tables_ = tables_of(spec_, parameters);
}

void MixtureNet::set_beta(double beta, Tile& tile) const {
  tile.beta = beta;
  if (!spec_.beta_range) return;
  std::vector<double> numbers;
  lines_.read(spec_.beta_range->input(beta), numbers);
  tile.tables = tables_of(spec_, numbers);
}

void MixtureNet::exponentiate(Tile& tile) {
  Lanes top = tile.log_share.col(0);
  for (Index k = 1; k < tile.log_share.cols(); ++k) top = top.max(tile.log_share.col(k));
  for (Index k = 0; k < tile.log_share.cols(); ++k) tile.share.col(k) = tile.log_share.col(k) - top;
  simd::exp(numbers_of(tile.share), numbers_of(tile.share));
}

void MixtureNet::pass(const CausalDraw& draw, Tile& tile) const {
  const Index K = spec_.components;
  tile.chains = draw.chains;
  set_beta(draw.beta, tile);
  const MixtureTables& here = tables(tile);
  tile.s.resize(kTile, spec_.sites);
  if (draw.by_token) tile.by_token.resize(kTile, spec_.tokens());
  tile.share.resize(kTile, K);
  tile.log_share.resize(kTile, K);
  for (Index k = 0; k < K; ++k) tile.log_share.col(k).setConstant(here.log_weight(k));
  SpinTokens spins(draw);
  for (Index token = 0; token < spec_.tokens(); ++token) {
    const Index site = spec_.order[static_cast<std::size_t>(token)];
    exponentiate(tile);
    Lanes up = Lanes::Zero(), down = Lanes::Zero();
    for (Index k = 0; k < K; ++k) {
      up += here.up(site, k) * tile.share.col(k);
      down += here.down(site, k) * tile.share.col(k);
    }
    simd::log(numbers_of(up), numbers_of(up));
    simd::log(numbers_of(down), numbers_of(down));
    const Lanes logit = up - down;
    auto s = tile.s.col(site);
    spins.choose(
        {token, site}, logit.data(),
        {.s = s.data(), .log_q = draw.by_token ? tile.by_token.col(token).data() : nullptr});
    for (Index k = 0; k < K; ++k)
      tile.log_share.col(k) +=
          (s > 0).select(Lanes::Constant(here.log_up(site, k)), here.log_down(site, k));
  }
  exponentiate(tile);
  tile.log_q = spins.log_q();
}

void MixtureNet::add_grad(const Tile& tile, const Column& weight, std::span<double> grad) const {
  const Index n = tile.chains, K = spec_.components;
  const MixtureTables& here = tables(tile);
  std::vector<double> own(spec_.beta_range ? lines_.size() : 0);
  const std::span<double> to = spec_.beta_range ? own : grad;
  const Column total = sum_sites(tile.share.topRows(n));
  for (Index k = 0; k < K; ++k) {
    const Column share = weight * tile.share.col(k).head(n) / total;
    to[static_cast<std::size_t>(k)] += (share - weight * std::exp(here.log_weight(k))).sum();
    for (Index i = 0; i < spec_.sites; ++i)
      to[static_cast<std::size_t>(K + k * spec_.sites + i)] +=
          (share * (0.5 * (tile.s.col(i).head(n) + 1) - here.up(i, k))).sum();
  }
  if (spec_.beta_range) add_line_grad(spec_.beta_range->input(tile.beta), own, grad);
}

BernoulliMixture::BernoulliMixture(MixtureSpec spec, std::uint64_t seed)
    : ConditionalModel(checked_mixture(std::move(spec))) {
  const Index K = this->spec().components;
  Batch u(1, K * sites());
  fill_uniform({seed, 0, 0, Purpose::weights}, u);
  std::vector<double> parameters(static_cast<std::size_t>(K), 0);
  for (Index i = 0; i < u.cols(); ++i) parameters.push_back(2 * u(0, i) - 1);
  parameters.resize(static_cast<std::size_t>(this->spec().parameter_count()), 0);
  start(std::make_unique<MixtureNet>(this->spec()), std::move(parameters));
}

}  // namespace nmc
