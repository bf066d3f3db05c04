#include "models/autoregressive/causal_net.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/simd/functions.hpp"
#include "core/simd/layers.hpp"

namespace nmc {
namespace {

using simd::kTile;

double spin_of(Index pattern, Index k) {
  return (pattern >> k & 1) != 0 ? 1.0 : -1.0;
}

/// −Σ J s s of the bonds within each token, of every pattern, (tokens, patterns).
std::vector<double> energies_within(const CausalSpec& spec, const std::vector<Index>& position) {
  const Index patterns = Index{1} << spec.patch;
  std::vector<double> energy(static_cast<std::size_t>(spec.tokens() * patterns), 0);
  for (const Bond& bond : spec.couplings.bonds) {
    const Index a = position[static_cast<std::size_t>(bond.i)];
    const Index b = position[static_cast<std::size_t>(bond.j)];
    if (a / spec.patch != b / spec.patch) continue;
    for (Index k = 0; k < patterns; ++k)
      energy[static_cast<std::size_t>(a / spec.patch * patterns + k)] -=
          bond.J * spin_of(k, a % spec.patch) * spin_of(k, b % spec.patch);
  }
  return energy;
}

}  // namespace

template <class T>
CausalNet<T>::CausalNet(const CausalSpec& spec)
    : spec_(spec), position_(static_cast<std::size_t>(spec.sites)) {
  Index place = 0;
  for (const CausalLayer& layer : spec.layers) {
    layers_.push_back({place});
    place += spec.parameters_of(layer);
  }
  for (std::size_t i = 0; i < spec.order.size(); ++i)
    position_[static_cast<std::size_t>(spec.order[i])] = static_cast<Index>(i);
  if (spec.couplings.sites == 0) return;
  neighbours_ = adjacency(spec.couplings);
  own_energy_ = energies_within(spec, position_);
}

template <class T>
void CausalNet<T>::load(std::span<const double> parameters) {
  for (std::size_t l = 0; l < layers_.size(); ++l) layers_[l].load(spec_.layers[l], parameters);
  if (!spec_.beta_range) return;
  lines_.clear();
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const double* b = parameters.data() + layers_[l].parameters + spec_.layers[l].weights;
    lines_.emplace_back().load({b, static_cast<std::size_t>(2 * spec_.layers[l].biases)});
  }
}

template <class T>
void CausalNet<T>::set_beta(double beta, CausalTile<T>& tile) const {
  const bool is_known = tile.beta == beta && tile.bias.size() == layers_.size();
  tile.beta = beta;
  if (!spec_.beta_range || is_known) return;
  tile.bias.resize(layers_.size());
  const double x = spec_.beta_range->input(beta);
  for (std::size_t l = 0; l < layers_.size(); ++l) lines_[l].read(x, tile.bias[l]);
}

template <class T>
TokenLayer<T> CausalNet<T>::at(std::size_t layer, Index token, const CausalTile<T>& tile) const {
  TokenLayer<T> here = layers_[layer].at(spec_.layers[layer], token);
  if (!tile.bias.empty())
    here.bias = tile.bias[layer].data() + spec_.layers[layer].bias[static_cast<std::size_t>(token)];
  return here;
}

template <class T>
Index CausalNet<T>::input_rows(std::size_t layer) const {
  if (layer > 0) return spec_.networks * spec_.layers[layer - 1].units;
  return spec_.input == CausalInput::spins ? spec_.sites : std::ssize(spec_.field_sites);
}

template <class T>
void CausalNet<T>::prepare(const CausalDraw& draw, CausalTile<T>& tile) const {
  tile.input.resize(layers_.size());
  tile.inner.resize(layers_.size());
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    tile.input[l].resize(kTile, input_rows(l));
    if (spec_.layers[l].is_residual)
      tile.inner[l].resize(kTile, spec_.networks * spec_.layers[l].units);
  }
  tile.raw.resize(kTile, spec_.logits());
  tile.logits.resize(kTile, spec_.logits());
  if (draw.for_gradient || spec_.patch > 1)
    tile.share.resize(kTile, spec_.tokens() * spec_.logits());
  tile.s.resize(kTile, spec_.sites);
  if (draw.by_token) tile.by_token.resize(kTile, spec_.tokens());
  if (spec_.couplings.sites == 0) return;
  tile.fields.setZero(kTile, spec_.sites);
  for (std::size_t i = 0; i < spec_.couplings.field.size(); ++i)
    tile.fields.col(static_cast<Index>(i)).setConstant(spec_.couplings.field[i]);
}

template <class T>
void CausalNet<T>::read_fields(Index token, CausalTile<T>& tile) const {
  const auto t = static_cast<std::size_t>(token);
  for (Index row = spec_.field_first[t]; row < spec_.field_first[t + 1]; ++row)
    tile.input[0].col(row) =
        tile.fields.col(spec_.field_sites[static_cast<std::size_t>(row)]).template cast<T>();
}

template <class T>
void CausalNet<T>::evaluate(Index token, CausalTile<T>& tile) const {
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    if (l + 1 == layers_.size()) {
      causal_forward(at(l, token, tile), tile.input[l].data(), tile.raw.data());
      return;
    }
    const Index units = spec_.layers[l].units, own = token * units;
    auto out = tile.input[l + 1].middleCols(own, units);
    causal_forward(at(l, token, tile), tile.input[l].data(), out.data());
    simd::activate(spec_.activation, static_cast<int>(units), out.data());
    if (!spec_.layers[l].is_residual) continue;
    tile.inner[l].middleCols(own, units) = out;
    out += tile.input[l].middleCols(own, units);
  }
}

template <class T>
void CausalNet<T>::add_couplings(Index token, CausalTile<T>& tile) const {
  const Index p = spec_.patch, patterns = spec_.logits();
  const auto field = [&](Index k) {
    return tile.fields.col(spec_.order[static_cast<std::size_t>(token * p + k)]);
  };
  if (p == 1) {
    tile.logits += 2 * tile.beta * field(0);
    return;
  }
  for (Index pattern = 0; pattern < patterns; ++pattern) {
    auto row = tile.logits.col(pattern);
    row -= tile.beta * own_energy_[static_cast<std::size_t>(token * patterns + pattern)];
    for (Index k = 0; k < p; ++k) row += tile.beta * spin_of(pattern, k) * field(k);
  }
}

template <class T>
Index CausalNet<T>::pattern_of(const Batch& s, Index row, Index token) const {
  Index bits = 0;
  for (Index k = 0; k < spec_.patch; ++k)
    bits |= static_cast<Index>(
                s(row, spec_.order[static_cast<std::size_t>(token * spec_.patch + k)]) > 0)
            << k;
  return bits;
}

template <class T>
void CausalNet<T>::choose_spin(Index token, const CausalDraw& draw, SpinTokens& spins,
                               CausalTile<T>& tile) const {
  const Index site = spec_.order[static_cast<std::size_t>(token)];
  spins.choose({token, site}, tile.logits.data(),
               {.s = tile.s.col(site).data(),
                .log_q = draw.by_token ? tile.by_token.col(token).data() : nullptr,
                .up = draw.for_gradient ? tile.share.col(token).data() : nullptr});
  take(token, tile);
}

template <class T>
Lanes CausalNet<T>::choose_pattern(Index token, const CausalDraw& draw, CausalTile<T>& tile) const {
  const TileRows<double>& a = tile.logits;
  const Index patterns = spec_.logits();
  auto q = tile.share.middleCols(token * patterns, patterns);
  Lanes top = a.col(0), sum = Lanes::Zero(), log_sum, log_q = Lanes::Zero();
  for (Index k = 1; k < patterns; ++k) top = top.max(a.col(k));
  for (Index k = 0; k < patterns; ++k) {
    q.col(k) = a.col(k) - top;
    simd::exp({q.col(k).data(), kTile}, {q.col(k).data(), kTile});
    sum += q.col(k);
  }
  simd::log({sum.data(), kTile}, {log_sum.data(), kTile});
  for (Index k = 0; k < patterns; ++k) q.col(k) /= sum;
  std::array<Index, kTile> drawn{};
  for (Index c = 0; c < draw.chains; ++c) {
    Index pattern = 0;
    if (draw.keeps(c, token)) {
      pattern = pattern_of(*draw.s, draw.first + c, token);
    } else {
      double left = (*draw.u)(c, token) - q(c, 0);
      while (left >= 0 && pattern + 1 < patterns) left -= q(c, ++pattern);
    }
    drawn[static_cast<std::size_t>(c)] = pattern;
    log_q(c) = a(c, pattern) - top(c) - log_sum(c);
  }
  for (Index k = 0; k < spec_.patch; ++k) {
    const Index place = token * spec_.patch + k;
    auto s = tile.s.col(spec_.order[static_cast<std::size_t>(place)]);
    for (Index c = 0; c < kTile; ++c) s(c) = spin_of(drawn[static_cast<std::size_t>(c)], k);
    take(place, tile);
  }
  if (draw.by_token) tile.by_token.col(token) = log_q;
  return log_q;
}

template <class T>
void CausalNet<T>::take(Index place, CausalTile<T>& tile) const {
  const Index site = spec_.order[static_cast<std::size_t>(place)];
  const auto s = tile.s.col(site);
  if (spec_.input == CausalInput::spins && !layers_.empty())
    tile.input[0].col(place) = s.template cast<T>();
  if (spec_.couplings.sites == 0) return;
  const Index token = place / spec_.patch;
  for (Index n = neighbours_.first[static_cast<std::size_t>(site)];
       n < neighbours_.first[static_cast<std::size_t>(site) + 1]; ++n) {
    const Index other = neighbours_.neighbour[static_cast<std::size_t>(n)];
    if (position_[static_cast<std::size_t>(other)] / spec_.patch > token)
      tile.fields.col(other) += neighbours_.J[static_cast<std::size_t>(n)] * s;
  }
}

template <class T>
void CausalNet<T>::pass(const CausalDraw& draw, CausalTile<T>& tile) const {
  prepare(draw, tile);
  set_beta(draw.beta, tile);
  tile.chains = draw.chains;
  SpinTokens spins(draw);
  for (Index token = 0; token < spec_.tokens(); ++token) {
    if (token < spec_.networks) {
      if (spec_.input == CausalInput::fields) read_fields(token, tile);
      evaluate(token, tile);
      tile.logits = tile.raw.template cast<double>();
    } else {
      tile.logits.setZero();
    }
    if (spec_.couplings.sites != 0) add_couplings(token, tile);
    if (spec_.patch == 1)
      choose_spin(token, draw, spins, tile);
    else
      spins.add(choose_pattern(token, draw, tile));
  }
  tile.log_q = spins.log_q();
}

template class CausalNet<float>;
template class CausalNet<double>;

}  // namespace nmc
