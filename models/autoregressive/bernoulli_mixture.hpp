#pragma once

#include <optional>
#include <vector>

#include "core/roles/stored.hpp"
#include "models/autoregressive/conditional_model.hpp"

namespace nmc {

/// q(s) = Σ_k π_k Π_i q_k(s_i), q_k(s_i = +1) = 1/(1 + e^-b_ki).
struct MixtureSpec {
  Index sites = 0;
  std::vector<Index> order{};  ///< the sites as they are drawn, (sites)
  Index components = 1;
  double beta = 0;  ///< of a conditional mixture: what it reads
  /// Where given, ln π_k and b_ki are lines v + w x in x, beta scaled to -1 … 1, the slopes w
  /// trained as well.
  std::optional<ConditionRange> beta_range{};

  [[nodiscard]] Index tokens() const { return sites; }
  /// ln π_k and b_ki.
  [[nodiscard]] Index numbers() const { return components * (1 + sites); }
  [[nodiscard]] Index parameter_count() const { return (beta_range ? 2 : 1) * numbers(); }
};

/// Throws UserError where there are no components or the order is no permutation.
void check(const MixtureSpec& spec);

/// A mixture at one temperature.
struct MixtureTables {
  Column log_weight;                 ///< ln π_k
  Batch up, down, log_up, log_down;  ///< q_k(±1) and logarithms, (sites, components)
};

/// Draws spins one after the other: with a_k = ln π_k + Σ_{drawn} ln q_k(s_i), the conditional of
/// the next one is Σ_k q_k(s_i) e^{a_k} / Σ_k e^{a_k}, exactly.
class MixtureNet {
 public:
  struct Tile {
    Index chains = 0;
    Batch s;                       ///< (kTile, sites)
    Lanes log_q;                   ///< of all tokens
    Batch by_token;                ///< ln q of each, where it is asked for, (kTile, tokens)
    TileRows<double> log_share{};  ///< a_k, (kTile, components)
    TileRows<double> share{};      ///< e^{a_k − max_k a_k}
    double beta = 0;
    std::optional<MixtureTables> tables{};  ///< at this beta, of a conditional mixture
  };
  explicit MixtureNet(const MixtureSpec& spec);
  /// ln π_k up to a constant, (components), then b, (components, sites) row-major; of a conditional
  /// mixture the slopes of both in the same order.
  void load(std::span<const double> parameters);
  void pass(const CausalDraw& draw, Tile& tile) const;
  /// ∂ ln q / ∂ b_ki = r_k (1{s_i = 1} − q_k(1)), ∂ ln q / ∂ ln π_k = r_k − π_k, with the
  /// responsibilities r_k = e^{a_k} / Σ e^{a_k} once all spins are drawn.
  void add_grad(const Tile& tile, const Column& weight, std::span<double> grad) const;

 private:
  static void exponentiate(Tile& tile);

  void set_beta(double beta, Tile& tile) const;
  [[nodiscard]] const MixtureTables& tables(const Tile& tile) const {
    return tile.tables ? *tile.tables : tables_;
  }

  const MixtureSpec& spec_;
  MixtureTables tables_;
  BetaLines lines_;  ///< of a conditional mixture, which has no tables_
};

/// A mixture of products of independent spins, the baseline beyond the mean field.
class BernoulliMixture final : public ConditionalModel<MixtureSpec, MixtureNet>, public Stored {
 public:
  /// Throws UserError when the spec is not one. `seed` draws
  /// the fields b, uniform in ±1; slopes begin at 0.
  BernoulliMixture(MixtureSpec spec, std::uint64_t seed);
  [[nodiscard]] Abilities abilities() const override { return {.tokens = this, .stored = this}; }
  void write(archive::File& file, const std::string& group) const override;
  [[nodiscard]] static std::unique_ptr<Autoregressive> read(const archive::File& file,
                                                            const std::string& group);
};

}  // namespace nmc
