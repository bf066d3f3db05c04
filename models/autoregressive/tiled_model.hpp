#pragma once

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "core/interfaces.hpp"
#include "models/autoregressive/tile_draw.hpp"

namespace nmc {

/// A net that knows the gradient of each chain of a tile by itself.
template <class Net>
concept ScoringNet = requires(const Net& net, const typename Net::Tile& tile, Batch& scores) {
  net.add_scores(tile, scores);
};

/// What autoregressive models have in common whose nets walk over tiles of kTile chains. A net has
///   Tile                                the state of a tile: chains, s (kTile, sites), log_q
///                                       (kTile), by_token (kTile, tokens) where that is asked
///                                       for, and what its gradient needs
///   load(parameters)
///   pass(draw, tile)                    draws and evaluates the rows of one tile
///   add_grad(tile, weight, grad)        grad += Σ_chains weight ∇ ln q of the tile pass() left
/// and a spec sites, order, tokens(). Draws and ln q come from the same pass.
template <class Spec, class... Nets>
class TiledModel : public Autoregressive {
 public:
  TiledModel(const TiledModel&) = delete;
  TiledModel& operator=(const TiledModel&) = delete;

  [[nodiscard]] Index sites() const override { return spec_.sites; }
  [[nodiscard]] Index tokens() const override { return spec_.tokens(); }
  [[nodiscard]] std::span<const Index> order() const override { return spec_.order; }
  [[nodiscard]] Draw sample(const Streams& streams, Index chains) const override {
    return draw_at(own_beta(), streams, chains);
  }
  [[nodiscard]] Draw redraw(const Batch& s, std::span<const Index> kept,
                            const Streams& streams) const override {
    return redraw_at(own_beta(), s, kept, streams);
  }
  [[nodiscard]] Batch log_conditionals(const Batch& s) const override {
    return log_conditionals_at(own_beta(), s);
  }
  [[nodiscard]] Column log_prob(const Batch& s) const override {
    return log_prob_at(own_beta(), s);
  }
  void add_grad(const Batch& s, const Column& weight, std::span<double> grad) const override {
    add_grad_at(own_beta(), s, weight, grad);
  }
  /// Tile by tile where the net has add_scores(tile, scores), scores (tile.chains, parameters).
  [[nodiscard]] Batch scores(const Batch& s) const override {
    if constexpr ((ScoringNet<Nets> && ...)) {
      Batch all(s.rows(), std::ssize(parameters_));
      over_tiles({.s = &s, .beta = own_beta(), .for_gradient = true}, s.rows(), nullptr,
                 [&](Index first, const auto& net, const auto& tile) {
                   Batch own = Batch::Zero(tile.chains, all.cols());
                   net.add_scores(tile, own);
                   all.middleRows(first, tile.chains) = own;
                 });
      return all;
    } else {
      return Autoregressive::scores(s);
    }
  }
  /// By the score: Σ_chains (l_c − mean of the other chains of the tile) ∇ ln q(s_c), with
  /// l = ln q − ln p, tiles of 64 chains, a single chain apart as leave_one_out() says; the draw's
  /// activations are used, there is no second pass.
  Column loss_grad(const Target& target, const Streams& streams, Index chains,
                   std::span<double> grad) const override {
    return loss_grad_at({own_beta(), chains}, target, streams, grad);
  }
  [[nodiscard]] std::span<const double> parameters() const override { return parameters_; }
  [[nodiscard]] std::span<double> parameters() override { return parameters_; }
  void parameters_changed() override {
    std::visit([&](auto& net) { net->load(parameters_); }, net_);
  }

  [[nodiscard]] const Spec& spec() const { return spec_; }

 protected:
  explicit TiledModel(Spec spec) : spec_(std::move(spec)) {}
  /// Ends the construction: the net and the parameters that it starts from.
  template <class Net>
  void start(std::unique_ptr<Net> net, std::vector<double> parameters) {
    parameters_ = std::move(parameters);
    net->load(parameters_);
    net_ = std::move(net);
  }

  /// What the roles ask for, at any inverse temperature.
  [[nodiscard]] Draw draw_at(double beta, const Streams& streams, Index chains) const {
    return run({.beta = beta}, streams, chains);
  }
  [[nodiscard]] Draw redraw_at(double beta, const Batch& s, std::span<const Index> kept,
                               const Streams& streams) const {
    return run({.s = &s, .kept = kept, .beta = beta}, streams, s.rows());
  }
  [[nodiscard]] Batch log_conditionals_at(double beta, const Batch& s) const {
    Batch log_q(s.rows(), tokens());
    over_tiles({.s = &s, .beta = beta, .by_token = true}, s.rows(), nullptr,
               [&](Index first, const auto&, const auto& tile) {
                 log_q.middleRows(first, tile.chains) = tile.by_token.topRows(tile.chains);
               });
    return log_q;
  }
  [[nodiscard]] Column log_prob_at(double beta, const Batch& s) const {
    Column log_q(s.rows());
    over_tiles({.s = &s, .beta = beta}, s.rows(), nullptr,
               [&](Index first, const auto&, const auto& tile) {
                 log_q.segment(first, tile.chains) = tile.log_q.head(tile.chains);
               });
    return log_q;
  }
  void add_grad_at(double beta, const Batch& s, const Column& weight,
                   std::span<double> grad) const {
    const auto add = [&](Index first, const auto& net, const auto& tile) {
      net.add_grad(tile, weight.segment(first, tile.chains), grad);
    };
    over_tiles({.s = &s, .beta = beta, .for_gradient = true}, s.rows(), nullptr, add);
  }
  /// Draws at an inverse temperature.
  struct DrawsAt {
    double beta;
    Index chains;
  };
  Column loss_grad_at(const DrawsAt& draws, const Target& target, const Streams& streams,
                      std::span<double> grad) const {
    const CausalDraw draw{.beta = draws.beta, .for_gradient = !grad.empty() && draws.chains > 1};
    Column loss(draws.chains);
    over_tiles(draw, draws.chains, &streams, [&](Index first, const auto& net, const auto& tile) {
      const Index n = tile.chains;
      loss.segment(first, n) = tile.log_q.head(n) - target.log_density(tile.s.topRows(n));
      if (draw.for_gradient) net.add_grad(tile, leave_one_out(loss, {first, n}), grad);
    });
    return loss;
  }
  [[nodiscard]] Spec& own_spec() { return spec_; }

 private:
  [[nodiscard]] double own_beta() const {
    if constexpr (requires { spec_.beta; }) return spec_.beta;
    return 0;
  }
  [[nodiscard]] Draw run(const CausalDraw& draw, const Streams& streams, Index chains) const {
    Draw result{Batch(chains, sites()), Column(chains)};
    over_tiles(draw, chains, &streams, [&](Index first, const auto&, const auto& tile) {
      result.x.middleRows(first, tile.chains) = tile.s.topRows(tile.chains);
      result.log_q.segment(first, tile.chains) = tile.log_q.head(tile.chains);
    });
    return result;
  }
  /// Calls use(first chain, net, tile) after the pass over each tile. `streams`: of the spins that
  /// are drawn; null where all are given.
  template <class Use>
  void over_tiles(CausalDraw draw, Index chains, const Streams* streams, const Use& use) const {
    Batch u;
    if (streams != nullptr) {
      u.resize(simd::kTile, tokens());
      draw.u = &u;
    }
    std::visit(
        [&](const auto& net) {
          typename std::decay_t<decltype(*net)>::Tile tile;
          for (draw.first = 0; draw.first < chains; draw.first += simd::kTile) {
            if (streams != nullptr) fill_uniform(streams->from_chain(draw.first), u);
            draw.chains = std::min<Index>(simd::kTile, chains - draw.first);
            net->pass(draw, tile);
            use(draw.first, *net, tile);
          }
        },
        net_);
  }

  Spec spec_;
  std::vector<double> parameters_;
  std::variant<std::unique_ptr<Nets>...> net_;
};

}  // namespace nmc
