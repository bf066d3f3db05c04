#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// Follows the latent variables through the layers of a flow, in generation: which of them each
/// variable depends on, and on which of them a layer acts. Each layer says what it does.
class LatentTrace {
 public:
  /// Before the first layer: variable i is latent variable i.
  explicit LatentTrace(Index sites);

  /// y_site becomes a function of itself and of the others; `site` and the others are acted on.
  void join(Index site, std::span<const int> others);
  /// y_i = x_{permutation[i]}.
  void permute(std::span<const int> permutation);
  /// Every variable becomes a function of all.
  void join_all();

  /// What the layers since the last call did; forgets it.
  struct Touched {
    bool is_global = false;             ///< join_all()
    std::vector<std::uint8_t> latents;  ///< 1: acted on, by its latent variable, (sites)
    [[nodiscard]] bool is_nothing() const;
  };
  [[nodiscard]] Touched take_touched();
  /// Rows of bits, as LatentMap::cone.
  [[nodiscard]] const std::vector<std::uint64_t>& cone() const { return cone_; }

 private:
  void touch(Index site);
  [[nodiscard]] std::uint64_t* row(Index site);

  Index sites_, words_;
  std::vector<Index> latent_;  ///< which latent variable stands at a site
  std::vector<std::uint64_t> cone_;
  Touched touched_;
};

}  // namespace nmc
