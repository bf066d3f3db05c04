#pragma once

#include "core/parallel/threads.hpp"
#include "models/energy/rbm.hpp"

namespace nmc {

struct InpaintingOptions {
  Index sweeps = 1000;     ///< of block Gibbs, the first half of which is forgotten
  std::uint64_t seed = 1;  ///< of the draws; row r uses numbers of its own
};

struct Inpainted {
  Batch x;      ///< given units as they were, missing ones drawn; (rows, visible units)
  Batch means;  ///< the missing units' means given the others, over the second half of the sweeps
};

/// Draws the visible units that are NaN given the others, each row's own, by block Gibbs with what
/// is given held fast: h given all of v, then the missing units given h. That leaves
/// p(missing | given) invariant and is in detailed balance with it, as a sampler of the whole is
/// with p(v). Means are those given h (Rao and Blackwell). UserError for values that are no units
/// of the machine.
[[nodiscard]] Inpainted inpainted(const Rbm& rbm, const Batch& v, const InpaintingOptions& options);

}  // namespace nmc
