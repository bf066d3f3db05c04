#include "core/simd/layers.hpp"
#include "models/autoregressive/causal_net.hpp"

namespace nmc {

using simd::kTile;

template <class T>
void CausalNet<T>::logit_grad(Index token, const CausalTile<T>& tile, const Column& weight,
                              TileRows<T>& grad) const {
  const Index patterns = spec_.logits();
  grad.setZero();
  if (patterns == 1) {
    const auto s = tile.s.col(spec_.order[static_cast<std::size_t>(token)]).head(tile.chains);
    const auto up = tile.share.col(token).head(tile.chains);
    grad.col(0).head(tile.chains) = (weight * (0.5 * (s + 1) - up)).template cast<T>();
    return;
  }
  for (Index c = 0; c < tile.chains; ++c) {
    const Index drawn = pattern_of(tile.s, c, token);
    // d ln q / d logit: 1 less its share for what was drawn, minus its share for what was not.
    for (Index k = 0; k < patterns; ++k) {
      const double is_drawn = k == drawn ? 1.0 : 0.0;
      grad(c, k) = static_cast<T>(weight(c) * (is_drawn - tile.share(c, token * patterns + k)));
    }
  }
}

// A bias is b + x c: the gradient by c is x times that by b.
template <class T>
void CausalNet<T>::add_layer_grad(const Place& place, const CausalTile<T>& tile, const T* g,
                                  std::span<double> grad) const {
  const auto [l, token] = place;
  const CausalLayer& layer = spec_.layers[l];
  LayerGradient to = layers_[l].gradient(layer, token, grad);
  double* const of_bias = to.bias;
  std::vector<double> own;
  if (spec_.beta_range) {
    own.resize(static_cast<std::size_t>(layer.units));
    to.bias = own.data();
  }
  causal_gradient(at(l, token, tile), g, tile.input[l].data(), to);
  if (!spec_.beta_range) return;
  const double x = spec_.beta_range->input(tile.beta);
  for (std::size_t k = 0; k < own.size(); ++k) {
    of_bias[k] += own[k];
    of_bias[static_cast<std::size_t>(layer.biases) + k] += x * own[k];
  }
}

// Token by token from the last to the first: what a layer gives at a token is read at this and
// later tokens alone, so that its gradient is complete when its turn comes.
template <class T>
void CausalNet<T>::add_grad(const CausalTile<T>& tile, const Column& weight,
                            std::span<double> grad) const {
  std::vector<TileRows<T>> of_input(layers_.size());  // cotangents of what each layer reads
  for (std::size_t l = 1; l < layers_.size(); ++l) of_input[l].setZero(kTile, input_rows(l));
  TileRows<T> of_logits(kTile, spec_.logits());
  for (Index token = spec_.networks - 1; token >= 0; --token) {
    logit_grad(token, tile, weight, of_logits);
    T* g = of_logits.data();
    for (std::size_t l = layers_.size(); l-- > 0;) {
      const CausalLayer& layer = spec_.layers[l];
      const Index units = layer.units, own = token * units;
      if (l + 1 < layers_.size()) {
        auto here = of_input[l + 1].middleCols(own, units);
        const auto& active = layer.is_residual ? tile.inner[l] : tile.input[l + 1];
        if (layer.is_residual) of_input[l].middleCols(own, units) += here;
        g = here.data();
        simd::activation_vjp(spec_.activation, static_cast<int>(units), active.col(own).data(), g);
      }
      add_layer_grad({l, token}, tile, g, grad);
      if (l > 0) causal_backward(at(l, token, tile), g, of_input[l].data());
    }
  }
}

template void CausalNet<float>::add_grad(const CausalTile<float>&, const Column&,
                                         std::span<double>) const;
template void CausalNet<double>::add_grad(const CausalTile<double>&, const Column&,
                                          std::span<double>) const;

}  // namespace nmc
