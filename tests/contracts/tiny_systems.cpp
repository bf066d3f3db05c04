#include "tests/contracts/tiny_systems.hpp"

#include <cmath>

#include "physics/graphs/lattice.hpp"
#include "physics/graphs/planar_lattices.hpp"
#include "samplers/local/bit_kernels.hpp"

namespace nmc::test {
namespace {

Graph plain(Graph graph) {
  graph.torus.clear();
  return graph;
}

Graph scaled(Graph graph, double J) {
  for (Bond& bond : graph.bonds) bond.J *= J;
  return plain(std::move(graph));
}

/// 0.1, 0.2 and 0.3 in turn: fields that vanish are 0.1 + 0.2 − 0.3 = 5.6e-17 here.
Graph nearly_cancelling(Graph graph) {
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    graph.bonds[b].J = 0.1 * static_cast<double>(1 + b % 3);
  return plain(std::move(graph));
}

Graph real_couplings(Graph graph) {
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    graph.bonds[b].J = std::sin(1 + 2.3 * static_cast<double>(b));
  return plain(std::move(graph));
}

Graph from_bonds(Index sites, std::vector<Bond> bonds) {
  Graph graph;
  graph.sites = sites;
  graph.bonds = std::move(bonds);
  return graph;
}

void add_rings(std::vector<TinySystem>& all) {
  for (Index n = 3; n <= 10; ++n) {
    const std::string size = " of " + std::to_string(n);
    all.push_back({"ring" + size, ring(n)});
    all.push_back({"antiferromagnetic ring" + size, ring(n, -1)});
    for (const std::uint64_t seed : {1, 2})
      all.push_back({"+-J ring" + size, with_signs(ring(n), seed)});
    if (n > 8) continue;
    all.push_back({"ring with fields" + size, with_fields(ring(n))});
    all.push_back({"ring that nearly cancels" + size, nearly_cancelling(ring(n))});
  }
  Graph staggered = ring(6, -1);
  staggered.field = {2, -2, 2, -2, 2, 0};
  all.push_back({"ring whose fields cancel the bonds", staggered});
}

void add_complete(std::vector<TinySystem>& all) {
  for (Index n = 2; n <= 8; ++n) {
    const std::string size = " of " + std::to_string(n);
    all.push_back({"complete" + size, complete(n)});
    all.push_back({"antiferromagnetic complete" + size, complete(n, -1)});
    all.push_back({"+-J complete" + size, with_signs(complete(n), 5)});
  }
  all.push_back({"complete of 10", complete(10)});
  all.push_back({"nearly cancelling complete of 5", nearly_cancelling(complete(5))});
}

void add_lattices(std::vector<TinySystem>& all) {
  const Lattice square{{3, 3}, {false, false}};
  for (const auto& [name, graph] : {TinySystem{"2x2 torus", make_graph(torus({2, 2}))},
                                    {"3x2 torus", make_graph(torus({3, 2}))},
                                    {"3x3 torus", make_graph(torus({3, 3}))},
                                    {"2x2x2 torus", make_graph(torus({2, 2, 2}))},
                                    {"open 3x3", make_graph(square)},
                                    {"triangular 3x3", triangular_graph(torus({3, 3}))},
                                    {"honeycomb 2x2", honeycomb_graph(torus({2, 2}))}}) {
    all.push_back({name, plain(graph)});
    all.push_back({"antiferromagnetic " + name, scaled(graph, -1)});
    for (const std::uint64_t seed : {3, 4})
      all.push_back({"+-J " + name, with_signs(plain(graph), seed)});
    all.push_back({name + " with fields", with_fields(plain(graph))});
    all.push_back({"real couplings on " + name, real_couplings(graph)});
  }
}

void add_others(std::vector<TinySystem>& all) {
  all.push_back({"one spin", from_bonds(1, {})});
  all.push_back({"loose spins", from_bonds(4, {})});
  all.push_back({"a pair and two loose spins", from_bonds(4, {{0, 1, 1}})});
  all.push_back({"couplings of 0", from_bonds(3, {{0, 1, 0}, {1, 2, 0}})});
  all.push_back({"chain", from_bonds(6, {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}})});
  all.push_back({"tree", from_bonds(8, {{0, 1}, {0, 2}, {0, 3}, {1, 4}, {1, 5}, {2, 6}, {3, 7}})});
  all.push_back({"star", from_bonds(7, {{0, 1}, {0, 2}, {0, 3}, {0, 4}, {0, 5}, {0, 6}})});
  all.push_back({"ladder of bonds", from_bonds(6, {{0, 1}, {2, 3}, {4, 5}})});
  Graph cells = plain(make_graph(torus({3, 3})));
  cells.bonds.clear();
  cells.plaquettes = {{{0, 1, 3, 4}, 1}, {{1, 2, 4, 5}, 1}, {{3, 4, 6, 7}, 1}, {{4, 5, 7, 8}, -1}};
  all.push_back({"plaquettes", cells});
  Graph mixed = real_couplings(ring(6));
  mixed.field = {0.1, -0.3, 0, 0.7, 0.2, -0.1};
  mixed.plaquettes.push_back({{0, 2, 3, 5}, 0.6});
  all.push_back({"bonds, fields and a plaquette", mixed});
}

}  // namespace

Graph ring(Index sites, double J) {
  Graph graph;
  graph.sites = sites;
  for (Index i = 0; i < sites; ++i) graph.bonds.push_back({i, (i + 1) % sites, J});
  return graph;
}

Graph complete(Index sites, double J) {
  Graph graph;
  graph.sites = sites;
  for (Index i = 0; i < sites; ++i)
    for (Index j = i + 1; j < sites; ++j) graph.bonds.push_back({i, j, J});
  return graph;
}

Graph with_signs(Graph graph, std::uint64_t seed) {
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    if ((further_bits(seed, b) & 1U) != 0) graph.bonds[b].J *= -1;
  return plain(std::move(graph));
}

Graph with_fields(Graph graph) {
  constexpr double kFields[] = {0.3, -0.3, 0.7};
  graph.torus.clear();
  for (Index i = 0; i < graph.sites; ++i) graph.field.push_back(kFields[i % 3]);
  return graph;
}

std::vector<TinySystem> tiny_systems() {
  std::vector<TinySystem> all;
  add_rings(all);
  add_complete(all);
  add_lattices(all);
  add_others(all);
  return all;
}

}  // namespace nmc::test
