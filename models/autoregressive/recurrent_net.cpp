#include "models/autoregressive/recurrent_net.hpp"

#include "core/simd/functions.hpp"

namespace nmc {
namespace {

using simd::kTile;

/// All numbers of whole rows of a tile.
template <class Rows>
auto span_of(Rows&& rows) {
  return std::span(rows.data(), static_cast<std::size_t>(rows.size()));
}

template <class Rows>
void apply_sigmoid(Rows&& rows) {
  simd::sigmoid(span_of(rows), span_of(rows));
}

template <class Rows>
void apply_tanh(Rows&& rows) {
  simd::tanh(span_of(rows), span_of(rows));
}

}  // namespace

template <class T>
RecurrentNet<T>::RecurrentNet(const RecurrentSpec& spec)
    : spec_(spec), layers_(recurrent_layers(spec)), blocks_(spec.gates() + 2) {
  Index place = 0;
  for (const Part part : {kGates, kInput, kReadout}) {
    weights_[part].parameters = place;
    place += spec.parameters_of(layer(part));
  }
}

template <class T>
void RecurrentNet<T>::load(std::span<const double> parameters) {
  for (const Part part : {kGates, kInput, kReadout}) {
    weights_[part].load(layer(part), parameters);
    if (!spec_.beta_range) continue;
    const Index biases = weights_[part].parameters + layer(part).weights;
    lines_[part].load(parameters.subspan(static_cast<std::size_t>(biases),
                                         2 * static_cast<std::size_t>(layer(part).biases)));
  }
}

template <class T>
void RecurrentNet<T>::set_beta(double beta, Tile& tile) const {
  tile.beta = beta;
  if (!spec_.beta_range) return;
  for (const Part part : {kGates, kInput, kReadout})
    lines_[part].read(spec_.beta_range->input(beta), tile.bias[part]);
}

template <class T>
TokenLayer<T> RecurrentNet<T>::at(Part part, Index token, const Tile& tile) const {
  TokenLayer<T> here = weights_[part].at(layer(part), token);
  if (spec_.beta_range)
    here.bias = tile.bias[part].data() + layer(part).bias[static_cast<std::size_t>(token)];
  return here;
}

template <class T>
void RecurrentNet<T>::prepare(Tile& tile) const {
  const Index tokens = spec_.tokens();
  tile.s.resize(kTile, spec_.sites);
  tile.up.resize(kTile, tokens);
  tile.state.resize(kTile, state_row(spec_, tokens));
  tile.gate.resize(kTile, tokens * blocks_ * spec_.width);
  if (spec_.cell == RecurrentCell::lstm) tile.memory.resize(kTile, tokens * spec_.width);
  tile.raw.resize(kTile, 1);
  tile.logit.resize(kTile, 1);
}

template <class T>
TileRows<T> RecurrentNet<T>::kept(Index token, const Tile& tile) const {
  std::array<Index, 2> from{};
  Index count = 0;
  for (Index d = 0; d < spec_.directions(); ++d)
    if (parent(token, d) >= 0) from[static_cast<std::size_t>(count++)] = parent(token, d);
  if (count == 0) return TileRows<T>::Zero(kTile, spec_.width);
  if (count == 1) return state(from[0], tile.state);
  const auto v = gate(token, 2, tile);
  return v * state(from[0], tile.state) + (1 - v) * state(from[1], tile.state);
}

template <class T>
void RecurrentNet<T>::gru(Index token, Tile& tile) const {
  const auto z = gate(token, 0, tile), r = gate(token, 1, tile);
  const auto u = gate(token, spec_.gates(), tile);
  auto n = gate(token, spec_.gates() + 1, tile);
  causal_forward(at(kInput, token, tile), tile.state.data(), n.data());
  n += r * u;
  apply_tanh(n);
  state(token, tile.state) = z * n + (1 - z) * kept(token, tile);
}

template <class T>
void RecurrentNet<T>::lstm(Index token, Tile& tile) const {
  const auto i = gate(token, 0, tile), o = gate(token, 1, tile);
  auto g = gate(token, spec_.gates(), tile), tanh_c = gate(token, spec_.gates() + 1, tile);
  apply_tanh(g);
  auto c = memory(token, tile.memory);
  c = i * g;
  for (Index d = 0; d < spec_.directions(); ++d)
    if (parent(token, d) >= 0)
      c += gate(token, 2 + d, tile) * memory(parent(token, d), tile.memory);
  tanh_c = c;
  apply_tanh(tanh_c);
  state(token, tile.state) = o * tanh_c;
}

template <class T>
void RecurrentNet<T>::evaluate(Index token, Tile& tile) const {
  causal_forward(at(kGates, token, tile), tile.state.data(), gate(token, 0, tile).data());
  apply_sigmoid(tile.gate.middleCols(token * blocks_ * spec_.width, spec_.gates() * spec_.width));
  if (spec_.cell == RecurrentCell::gru)
    gru(token, tile);
  else
    lstm(token, tile);
  causal_forward(at(kReadout, token, tile), tile.state.data(), tile.raw.data());
}

template <class T>
void RecurrentNet<T>::pass(const CausalDraw& draw, Tile& tile) const {
  prepare(tile);
  set_beta(draw.beta, tile);
  if (draw.by_token) tile.by_token.resize(kTile, spec_.tokens());
  tile.chains = draw.chains;
  SpinTokens spins(draw);
  for (Index token = 0; token < spec_.tokens(); ++token) {
    evaluate(token, tile);
    tile.logit = tile.raw.template cast<double>();
    const Index site = spec_.order[static_cast<std::size_t>(token)];
    spins.choose({token, site}, tile.logit.data(),
                 {.s = tile.s.col(site).data(),
                  .log_q = draw.by_token ? tile.by_token.col(token).data() : nullptr,
                  .up = tile.up.col(token).data()});
    tile.state.col(state_row(spec_, token) + spec_.width) = tile.s.col(site).template cast<T>();
  }
  tile.log_q = spins.log_q();
}

template class RecurrentNet<float>;
template class RecurrentNet<double>;

}  // namespace nmc
