#pragma once

#include "core/parallel/threads.hpp"
#include "models/energy/rbm.hpp"

namespace nmc {

struct InpaintingOptions {
  Index sweeps = 500;      ///< of block Gibbs of each chain, the first half of which is forgotten
  Index chains = 8;        ///< of each row, from random starts of their own
  Index enumerated = 12;   ///< missing units up to which all completions are summed instead
  std::uint64_t seed = 1;  ///< of the draws; row r uses numbers of its own
};

struct Inpainted {
  Batch x;      ///< given units as they were, missing ones drawn; (rows, visible units)
  Batch means;  ///< the missing units' means given the others
  Column rhat;  ///< (rows), of the worst missing unit; 1 where all completions were summed
};

/// R̂ of a row above which its chains have not found the same completions.
inline constexpr double kInpaintingRhat = 1.1;

/// Draws the visible units that are NaN given the others, each row's own, with what is given held
/// fast. Few missing units: by the sum over all their completions, exactly. More: by block Gibbs, h
/// given all of v, then the missing units given h. That leaves p(missing | given) invariant and is
/// in detailed balance with it, as a sampler of the whole is with p(v). Means are those given h
/// (Rao and Blackwell), over the second half of the sweeps of all chains; x is the last draw of the
/// first. R̂ is that of half chains (Gelman and Rubin 1992), with 0.02 beside the standard
/// deviation within them, so that means which differ by less than 0.01 are taken to agree.
/// UserError for values that are no units of the machine.
[[nodiscard]] Inpainted inpainted(const Rbm& rbm, const Batch& v, const InpaintingOptions& options);

}  // namespace nmc
