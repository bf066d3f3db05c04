#pragma once

#include <span>

#include "core/batch.hpp"
#include "core/random/streams.hpp"
#include "core/roles/parametric.hpp"
#include "core/roles/support.hpp"

namespace nmc {

/// Draws of a model: configurations and their normalised log-densities, always together.
struct Draw {
  Batch x;       ///< (chains, sites)
  Column log_q;  ///< (chains)
};

/// A normalised, trainable density.
class Model : public Parametric {
 public:
  [[nodiscard]] virtual Index sites() const = 0;
  [[nodiscard]] virtual Support support() const = 0;
  /// `chains` draws with their log q in one pass; chain c uses the numbers of first_chain + c.
  [[nodiscard]] virtual Draw sample(const Streams& streams, Index chains) const = 0;
  /// ln q(x), (chains).
  [[nodiscard]] virtual Column log_prob(const Batch& x) const = 0;
  /// grad += Σ_chains weight(chain) ∇_parameters ln q(x(chain)); grad has parameters().size().
  virtual void add_grad(const Batch& x, const Column& weight, std::span<double> grad) const = 0;
};

}  // namespace nmc
