#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "drivers/bench/benchmark.hpp"
#include "physics/graphs/graph_terms.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/systems/ising.hpp"
#include "samplers/local/local_spins.hpp"

namespace nmc::drivers {
namespace {

constexpr Index kBetweenDraws = 10;
constexpr Index kMostSpins = Index{1} << 25;
constexpr Index kLeastSpins = 2'000'000;  // updated in one timing
constexpr double kSecondsPerCell = 0.1;

struct Shape {
  const char* kind;
  std::vector<Index> extents;
};

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> all{
      {"torus", {8, 8}},       {"torus", {16, 16}},     {"torus", {32, 32}},
      {"torus", {64, 64}},     {"torus", {96, 96}},     {"torus", {100, 100}},
      {"torus", {128, 128}},   {"torus", {200, 200}},   {"torus", {512, 512}},
      {"torus", {1000, 1000}}, {"torus", {1024, 1024}}, {"torus", {8, 8, 8}},
      {"torus", {16, 16, 16}}, {"torus", {32, 32, 32}}, {"torus", {64, 64, 64}},
      {"+-J", {16, 16}},       {"+-J", {64, 64}},       {"+-J", {500, 500}},
      {"+-J", {8, 8, 8}},      {"+-J", {16, 16, 16}},   {"+-J", {32, 32, 32}},
      {"open", {64, 64}},      {"open", {512, 512}},    {"open", {16, 16, 16}},
      {"field", {64, 64}},     {"field", {512, 512}},   {"torus", {63, 63}},
      {"torus", {333, 333}}};
  return all;
}

Graph graph_of(const Shape& shape) {
  const std::string kind = shape.kind;
  Lattice lattice = torus(shape.extents);
  if (kind == "open") lattice.periodic.assign(lattice.extents.size(), false);
  Graph graph = make_graph(lattice);
  if (kind == "field") add_uniform_field(graph, 0.1);
  if (kind != "+-J") return graph;
  graph.torus.clear();
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    if ((further_bits(7, b) & 1U) != 0) graph.bonds[b].J = -1;
  return graph;
}

Measurement cell_of(const std::string& name, const Ising& ising, Index chains) {
  const LocalSpins sampler(ising, {LocalRule::metropolis, {}, SpinStart::random, chains});
  ChainState state;
  sampler.init(state, {1, 0, 0, Purpose::init}, chains);
  std::uint64_t step = 1;
  const Index spins = ising.sites() * chains;
  const Index draws = 1 + kLeastSpins / (spins * kBetweenDraws);
  Measurement m = time_of(
      name,
      [&] {
        for (Index draw = 0; draw < draws; ++draw, step += kBetweenDraws)
          sampler.steps(state, {1, step, 0, Purpose::spins}, kBetweenDraws);
      },
      kSecondsPerCell);
  m.value = static_cast<double>(spins * kBetweenDraws * draws) / (m.value * 1e9);
  m.unit = "flips/ns";
  return m;
}

}  // namespace

void measure_shapes(const std::function<void(const ShapeRow&)>& visit) {
  for (const Shape& shape : shapes()) {
    ShapeRow row{shape.kind, fmt::format("{}", fmt::join(shape.extents, "x")), {}};
    constexpr double kThreeDimensions = 0.22165463;  // critical beta of the cubic lattice
    const Ising ising(graph_of(shape),
                      shape.extents.size() == 2 ? kBetaCritical : kThreeDimensions);
    for (const Index chains : kShapeChains)
      if (ising.sites() * chains <= kMostSpins)
        row.cells.push_back(
            cell_of(fmt::format("{} {} {}", row.kind, row.size, chains), ising, chains));
    visit(row);
  }
}

}  // namespace nmc::drivers
