#include "physics/quantum/hamiltonians.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/errors.hpp"

namespace nmc {
namespace {

void add_exchange(const Bond& bond, double anisotropy, PauliSum& H) {
  const double J = bond.J / 4;  // S = σ/2
  H.add(J, "XX", {bond.i, bond.j});
  H.add(J, "YY", {bond.i, bond.j});
  if (anisotropy != 0) H.add(J * anisotropy, "ZZ", {bond.i, bond.j});
}

}  // namespace

PauliSum transverse_ising(const Graph& graph, double transverse_field) {
  check(graph);
  PauliSum H(graph.sites);
  for (const Bond& bond : graph.bonds) H.add(-bond.J, "ZZ", {bond.i, bond.j});
  for (const Plaquette& square : graph.plaquettes)
    H.add(-square.K, "ZZZZ", {square.sites.begin(), square.sites.end()});
  for (std::size_t i = 0; i < graph.field.size(); ++i)
    if (graph.field[i] != 0) H.add(-graph.field[i], "Z", {static_cast<Index>(i)});
  if (transverse_field != 0)
    for (Index i = 0; i < graph.sites; ++i) H.add(-transverse_field, "X", {i});
  return H;
}

PauliSum heisenberg(const Graph& graph, const BondList& second,
                    const HeisenbergCouplings& couplings) {
  check(graph);
  require(graph.field.empty() && graph.plaquettes.empty(),
          "the exchange of a graph with local fields or terms of four spins is not known: write "
          "the operator as a sum of Pauli matrices");
  PauliSum H(graph.sites);
  for (const Bond& bond : graph.bonds) add_exchange(bond, couplings.anisotropy, H);
  for (Bond bond : second) {
    bond.J *= couplings.J2;
    if (couplings.J2 != 0) add_exchange(bond, couplings.anisotropy, H);
  }
  return H;
}

}  // namespace nmc
