#pragma once

#include "core/fields/lattice_field.hpp"
#include "core/random/xoroshiro.hpp"

namespace nmc::local_detail {

/// One sweep of `chains` chains, φ (chains, sites) column-major.
struct FieldSweep {
  const FieldStencil* stencil;
  Index chains;
  double width;
  double* phi;
  double* acceptance;  ///< (chains), acceptance probabilities of all proposals are added to it
};

/// Every site once, in the order of stencil.colours. A proposal φ' = φ + width (2u − 1) is taken
/// where v < e^{−ΔS}, u and v two words of the chain's generator in `bank`, which goes on.
void sweep_field(const FieldSweep& sweep, const XoroshiroBank& bank);

}  // namespace nmc::local_detail
