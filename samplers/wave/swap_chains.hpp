#pragma once

#include <memory>

#include "core/random/streams.hpp"
#include "core/roles/wave_function.hpp"

namespace nmc {

/// Two copies s and s' of the spins of a wave function, and u and v, which are s and s' with the
/// spins before `cut` exchanged: u begins as s' and ends as s, v the other way round. Their density
/// is
///   W(s, s') = |ψ(s) ψ(s') ψ(u) ψ(v)|;
/// its normalisation over that of cut = 0 is Tr ρ² of the spins before the cut, times the mean sign
/// where ψ has signs (Hastings, González, Kallin and Melko, Phys. Rev. Lett. 104, 157201 (2010)).
class SwapChains {
 public:
  /// Starts at random. The wave function must outlive it. UserError for a cut out of range.
  SwapChains(const WaveFunction& psi, Index cut, const Streams& streams, Index chains);
  /// One attempt at every spin of both copies, and then at all spins of each; (chains) the mean
  /// acceptance of single spins.
  Column sweep(const Streams& streams);
  [[nodiscard]] const Batch& first() const { return s_; }
  [[nodiscard]] const Batch& second() const { return t_; }

 private:
  /// ψ remembered of s, s', u and v.
  struct Walkers {
    std::unique_ptr<WaveChains> s, t, u, v;
  };
  [[nodiscard]] Walkers walkers() const;
  const WaveFunction& psi_;
  Index cut_;
  Batch s_, t_;
};

/// What the other cuts would make of two copies: ln|ψ(u) ψ(v)/(ψ(s) ψ(s'))| and the phase of it,
/// (chains, most + 1) by the cut, 0 in the first column; `phases` (0, 0) where ψ is positive.
struct SwapLogs {
  Batch log_abs, phases;
};
[[nodiscard]] SwapLogs swap_logs(const WaveFunction& psi, const Batch& s, const Batch& t,
                                 Index most);

}  // namespace nmc
