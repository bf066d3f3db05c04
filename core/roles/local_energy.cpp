#include "core/roles/local_energy.hpp"

namespace nmc {

// H is real and symmetric: ⟨s|H|s'⟩ = ⟨s'|H|s⟩.
Amplitudes local_energies(const Operator& H, const WaveChains& chains) {
  const Batch elements = H.elements(chains.configurations());
  Amplitudes energy{Column::Zero(elements.rows()), Column()};
  for (std::size_t k = 0; k < H.flips().size(); ++k) {
    const auto element = elements.col(static_cast<Index>(k));
    if (H.flips()[k].empty()) {
      energy.re += element;
      continue;
    }
    if ((element == 0).all()) continue;  // antiparallel spins alone are exchanged
    const Amplitudes ratio = chains.ratios(H.flips()[k]);
    energy.re += element * ratio.re;
    if (ratio.im.size() == 0) continue;
    if (energy.im.size() == 0) energy.im = Column::Zero(elements.rows());
    energy.im += element * ratio.im;
  }
  return energy;
}

Column local_X(const WaveChains& chains) {
  const Index sites = chains.configurations().cols();
  Column sum = Column::Zero(chains.configurations().rows());
  for (Index site = 0; site < sites; ++site) sum += chains.ratios({&site, 1}).re;
  return sum / static_cast<double>(sites);
}

}  // namespace nmc
