#pragma once

#include <vector>

#include "models/autoregressive/tiled_model.hpp"

namespace nmc {

/// q(s) = Σ_k π_k Π_i q_k(s_i), q_k(s_i = +1) = 1/(1 + e^-b_ki).
struct MixtureSpec {
  Index sites = 0;
  std::vector<Index> order{};  ///< the sites as they are drawn, (sites)
  Index components = 1;

  [[nodiscard]] Index tokens() const { return sites; }
};

/// Draws spins one after the other: with a_k = ln π_k + Σ_{drawn} ln q_k(s_i), the conditional of
/// the next one is Σ_k q_k(s_i) e^{a_k} / Σ_k e^{a_k}, exactly.
class MixtureNet {
 public:
  struct Tile {
    Index chains = 0;
    Batch s;                       ///< (kTile, sites)
    Batch log_q;                   ///< of each token, (kTile, tokens)
    TileRows<double> log_share{};  ///< a_k, (kTile, components)
    TileRows<double> share{};      ///< e^{a_k − max_k a_k}
  };
  explicit MixtureNet(const MixtureSpec& spec);
  /// ln π_k up to a constant, (components), then b, (components, sites) row-major.
  void load(std::span<const double> parameters);
  void pass(const CausalDraw& draw, Tile& tile) const;
  /// ∂ ln q / ∂ b_ki = r_k (1{s_i = 1} − q_k(1)), ∂ ln q / ∂ ln π_k = r_k − π_k, with the
  /// responsibilities r_k = e^{a_k} / Σ e^{a_k} once all spins are drawn.
  void add_grad(const Tile& tile, const Column& weight, std::span<double> grad) const;

 private:
  static void exponentiate(Tile& tile);

  const MixtureSpec& spec_;
  Column log_weight_;                    ///< ln π_k
  Batch up_, down_, log_up_, log_down_;  ///< q_k(±1) and logarithms, (sites, components)
};

/// A mixture of products of independent spins, the baseline beyond the mean field.
class BernoulliMixture final : public TiledModel<MixtureSpec, MixtureNet> {
 public:
  /// Throws UserError where there are no components or the order is no permutation. `seed` draws
  /// the fields b, uniform in ±1.
  BernoulliMixture(MixtureSpec spec, std::uint64_t seed);
};

}  // namespace nmc
