#pragma once

#include "core/batch.hpp"
#include "core/random/streams.hpp"
#include "core/roles/parametric.hpp"

namespace nmc {

/// What draws configurations whose density it does not know, as a variational autoencoder or a
/// generative adversarial network. It is no Model: without ln q of a draw there is no ratio of
/// Metropolis, so that no proposal can be made of it (notes, §1.2.4).
class Generator : public Parametric {
 public:
  [[nodiscard]] virtual Index sites() const = 0;
  /// `count` draws, (count, sites); row r uses the numbers of first_chain + r.
  [[nodiscard]] virtual Batch sample(const Streams& streams, Index count) const = 0;
};

}  // namespace nmc
