#include "models/autoregressive/recurrent_net.hpp"

namespace nmc {

using simd::kTile;

// With g the cotangent of h': dz = g∘(n − m), dn = g∘z, dm = g∘(1 − z), through the gates' own
// derivatives σ' = σ(1 − σ), tanh' = 1 − tanh².
template <class T>
void RecurrentNet<T>::gru_back(Index token, const Tile& tile, Back& back) const {
  const Index width = spec_.width;
  const auto z = gate(token, 0, tile), r = gate(token, 1, tile);
  const auto u = gate(token, spec_.gates(), tile), n = gate(token, spec_.gates() + 1, tile);
  const TileRows<T> g = state(token, back.state), m = kept(token, tile);
  back.input = g * z * (1 - n * n);
  back.gate.leftCols(width) = g * (n - m) * z * (1 - z);
  back.gate.middleCols(width, width) = back.input * u * r * (1 - r);
  back.gate.rightCols(width) = back.input * r;
  const TileRows<T> of_kept = g * (1 - z);
  if (spec_.directions() == 1) {
    if (parent(token, 0) >= 0) state(parent(token, 0), back.state) += of_kept;
    return;
  }
  auto of_choice = back.gate.middleCols(2 * width, width);
  of_choice.setZero();
  const Index one = parent(token, 0), two = parent(token, 1);
  if (one >= 0 && two >= 0) {
    const auto v = gate(token, 2, tile);
    of_choice = of_kept * (state(one, tile.state) - state(two, tile.state)) * v * (1 - v);
    state(one, back.state) += of_kept * v;
    state(two, back.state) += of_kept * (1 - v);
  } else if (one >= 0 || two >= 0) {
    state(one >= 0 ? one : two, back.state) += of_kept;
  }
}

template <class T>
void RecurrentNet<T>::lstm_back(Index token, const Tile& tile, Back& back) const {
  const Index width = spec_.width;
  const auto i = gate(token, 0, tile), o = gate(token, 1, tile);
  const auto g = gate(token, spec_.gates(), tile), tanh_c = gate(token, spec_.gates() + 1, tile);
  const TileRows<T> of_state = state(token, back.state);
  auto of_c = memory(token, back.memory);
  of_c += of_state * o * (1 - tanh_c * tanh_c);
  back.gate.leftCols(width) = of_c * g * i * (1 - i);
  back.gate.middleCols(width, width) = of_state * tanh_c * o * (1 - o);
  back.gate.rightCols(width) = of_c * i * (1 - g * g);
  for (Index d = 0; d < spec_.directions(); ++d) {
    auto of_forget = back.gate.middleCols((2 + d) * width, width);
    of_forget.setZero();
    if (parent(token, d) < 0) continue;
    const auto f = gate(token, 2 + d, tile);
    of_forget = of_c * memory(parent(token, d), tile.memory) * f * (1 - f);
    memory(parent(token, d), back.memory) += of_c * f;
  }
}

template <class T>
LayerGradient RecurrentNet<T>::gradient(Part part, Index token, std::span<double> grad,
                                        Back& back) const {
  LayerGradient to = weights_[part].gradient(layer(part), token, grad);
  if (spec_.beta_range)
    to.bias = back.bias[part].data() + layer(part).bias[static_cast<std::size_t>(token)];
  return to;
}

template <class T>
void RecurrentNet<T>::add_bias_grad(const Tile& tile, const Back& back,
                                    std::span<double> grad) const {
  const double x = spec_.beta_range->input(tile.beta);
  for (const Part part : {kGates, kInput, kReadout}) {
    const Index biases = weights_[part].parameters + layer(part).weights;
    add_line_grad(x, back.bias[part], grad.subspan(static_cast<std::size_t>(biases)));
  }
}

// A state is read at its own token and at later ones alone, so that its cotangent is complete when
// its turn comes. Spins are data: what arrives at their rows is not used.
template <class T>
template <class Take>
void RecurrentNet<T>::go_back(const Tile& tile, const Column& weight, Back& back,
                              const Take& take) const {
  const Index width = spec_.width, chains = tile.chains;
  back.state.setZero(kTile, state_row(spec_, spec_.tokens()));
  if (spec_.cell == RecurrentCell::lstm) back.memory.setZero(kTile, spec_.tokens() * width);
  back.gate.resize(kTile, (spec_.gates() + 1) * width);
  TileRows<T> of_logit = TileRows<T>::Zero(kTile, 1);
  for (Index token = spec_.tokens() - 1; token >= 0; --token) {
    const auto s = tile.s.col(spec_.order[static_cast<std::size_t>(token)]).head(chains);
    const auto up = tile.up.col(token).head(chains);
    of_logit.col(0).head(chains) = (weight * (0.5 * (s + 1) - up)).template cast<T>();
    take({kReadout, token, of_logit.data()});
    causal_backward(at(kReadout, token, tile), of_logit.data(), back.state.data());
    if (spec_.cell == RecurrentCell::gru) {
      gru_back(token, tile, back);
      take({kInput, token, back.input.data()});
    } else {
      lstm_back(token, tile, back);
    }
    take({kGates, token, back.gate.data()});
    causal_backward(at(kGates, token, tile), back.gate.data(), back.state.data());
  }
}

template <class T>
void RecurrentNet<T>::add_grad(const Tile& tile, const Column& weight,
                               std::span<double> grad) const {
  Back back;
  if (spec_.beta_range)
    for (const Part part : {kGates, kInput, kReadout}) back.bias[part].resize(lines_[part].size());
  go_back(tile, weight, back, [&](const LayerCotangents& of) {
    causal_gradient(at(of.part, of.token, tile), of.g, tile.state.data(),
                    gradient(of.part, of.token, grad, back));
  });
  if (spec_.beta_range) add_bias_grad(tile, back, grad);
}

template <class T>
void RecurrentNet<T>::add_layer_scores(const LayerCotangents& of, const Tile& tile,
                                       Batch& scores) const {
  const auto& [part, token, g] = of;
  const CausalLayer& own = layer(part);
  const Index chains = tile.chains, first = weights_[part].parameters;
  const auto lanes = [&](const T* rows, Index row) {
    return Eigen::Map<const Eigen::Array<T, Eigen::Dynamic, 1>>(rows + row * kTile, chains)
        .template cast<double>();
  };
  const Index bias = first + own.weights + own.bias[static_cast<std::size_t>(token)];
  const double x = spec_.beta_range ? spec_.beta_range->input(tile.beta) : 0;
  for (Index unit = 0; unit < own.units; ++unit) {
    const Column of_unit = lanes(g, unit);
    scores.col(bias + unit) += of_unit;
    if (spec_.beta_range) scores.col(bias + own.biases + unit) += x * of_unit;
    for (const CausalRun& run : own.runs_of(token))
      for (Index row = 0; row < run.rows; ++row)
        scores.col(first + run.weight + unit * run.rows + row) +=
            of_unit * lanes(tile.state.data(), run.row + row);
  }
}

template <class T>
void RecurrentNet<T>::add_scores(const Tile& tile, Batch& scores) const {
  Back back;
  go_back(tile, Column::Ones(tile.chains), back,
          [&](const LayerCotangents& of) { add_layer_scores(of, tile, scores); });
}

template void RecurrentNet<float>::add_scores(const Tile&, Batch&) const;
template void RecurrentNet<double>::add_scores(const Tile&, Batch&) const;
template void RecurrentNet<float>::add_grad(const Tile&, const Column&, std::span<double>) const;
template void RecurrentNet<double>::add_grad(const Tile&, const Column&, std::span<double>) const;

}  // namespace nmc
