#pragma once

#include <vector>

#include "models/flows/autoregressive/masked_shape.hpp"
#include "models/flows/map/coupling_kernel.hpp"

namespace nmc {

/// The net of an autoregressive layer: token t of the sequence has a mean and, where `per_token` is
/// 2, a number S, which depend on the tokens before it alone.
struct MadeLayout {
  std::vector<int> order;           ///< the site of each token, (tokens)
  std::vector<MaskedShape> hidden;  ///< the first one reads the field
  MaskedShape output;               ///< mean, S of each token from the last hidden layer
  MaskedShape direct;               ///< adds to the means what is linear in the field
  int per_token = 2;
  simd::Activation activation = simd::Activation::elu;

  [[nodiscard]] int tokens() const { return static_cast<int>(order.size()); }
};

/// Its weights in the precision of the kernels.
template <class T>
struct MadeWeights {
  std::vector<MaskedWeights<T>> hidden{};
  MaskedWeights<T> output{}, direct{};
  std::vector<T> bound{};  ///< c of each token, (tokens); empty without S
};

/// What depends on the condition.
template <class T>
struct MadeBiases {
  std::vector<std::vector<T>> bias;  ///< of the hidden layers, then of the outputs
  std::vector<T> log_scale;          ///< (tokens)
};

template <class T>
struct MadeNet {
  const MadeLayout& layout;
  const MadeWeights<T>& weights;
  const MadeBiases<T>& biases;
};

/// Where gradients are added: weights at the caller's places, the rest here.
struct MadeGradient {
  std::vector<double*> hidden;
  double* output = nullptr;
  double* direct = nullptr;
  std::vector<std::vector<double>> bias;  ///< as MadeBiases
  std::vector<double> log_scale, bound;   ///< (tokens)
};

/// Affine autoregression (Kingma et al. 2016, arXiv:1606.04934; Papamakarios et al. 2017,
/// arXiv:1705.07057). With mean m_t and log scale α_t = λ_t + c_t tanh S_t of x_<t:
/// generation x_t = z_t e^α_t + m_t, log_det += Σ α; inference z_t = (x_t − m_t) e^−α_t.
/// Either way each unit is computed once, as soon as its inputs are known: one pass of the net.
void made_map(const MadeNet<float>& net, Direction way, TileView<float> tile);
void made_map(const MadeNet<double>& net, Direction way, TileView<double> tile);

/// Vector-Jacobian product of made_map() in the same direction, recomputing its input by the other.
/// `grad` may be null.
void made_vjp(const MadeNet<float>& net, Direction way, const TileVjp<float>& tile,
              MadeGradient* grad);
void made_vjp(const MadeNet<double>& net, Direction way, const TileVjp<double>& tile,
              MadeGradient* grad);

}  // namespace nmc
