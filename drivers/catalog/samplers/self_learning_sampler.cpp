#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "drivers/catalog/samplers/cluster_samplers.hpp"
#include "samplers/cluster/self_learning.hpp"

namespace nmc::catalog {
namespace {

/// Bonds of J = 1 from every site of a torus to those that lie this far, along any axes and with
/// any signs: {1, 1} are the second neighbours of a square lattice.
std::vector<Bond> shell(const std::vector<Index>& extents, std::array<Index, 2> offset) {
  std::vector<Bond> bonds;
  Index sites = 1;
  for (const Index extent : extents) sites *= extent;
  const auto neighbour = [&](Index site, std::size_t axis, Index by) {
    Index stride = 1;
    for (std::size_t k = 0; k < axis; ++k) stride *= extents[k];
    const Index at = site / stride % extents[axis];
    const Index to = ((at + by) % extents[axis] + extents[axis]) % extents[axis];
    return site + (to - at) * stride;
  };
  for (Index site = 0; site < sites; ++site)
    for (std::size_t one = 0; one < extents.size(); ++one) {
      if (offset[1] == 0) {
        if (const Index to = neighbour(site, one, offset[0]); to != site)
          bonds.push_back({site, to, 1});
        continue;
      }
      for (std::size_t other = one + 1; other < extents.size(); ++other)
        for (const Index sign : {1, -1}) {
          const Index to = neighbour(neighbour(site, one, offset[0]), other, sign * offset[1]);
          if (to != site) bonds.push_back({site, to, 1});
        }
    }
  return bonds;
}

BondClasses read_classes(const Options& options, const System& system) {
  const Graph& graph = system.spins->graph();
  const Index wanted = options.integer("couplings");
  BondClasses classes{graph.bonds.list()};
  if (wanted == 1) return classes;
  const std::vector<Index>& extents = system.periodic.extents;
  if (extents.size() < 2 || system.periodic.is_triangular)
    options.fail("couplings", fmt::format("couplings = {}: further neighbours are those of square "
                                          "and cubic lattices that are periodic in all directions, "
                                          "and {} is none: take couplings = 1",
                                          wanted, system.name));
  classes.push_back(shell(extents, {1, 1}));
  if (wanted == 3) classes.push_back(shell(extents, {2, 0}));
  return classes;
}

/// "J1 1.1204, J2 -0.0312 of the surrogate".
std::string couplings_in_words(const std::vector<double>& couplings) {
  std::string text;
  for (std::size_t n = 0; n < couplings.size(); ++n)
    text += fmt::format("{}J{} {:.5g}", n == 0 ? "" : ", ", n + 1, couplings[n]);
  return text + " of the surrogate";
}

SamplerParts make_self_learning(const Options& options, const System& system, const Trainable*) {
  if (system.spins == nullptr)
    options.fail("name", fmt::format("self_learning turns clusters of spins whose couplings are "
                                     "known one by one, and {} is none of them: use metropolis",
                                     system.name));
  SelfLearningOptions learning;
  learning.classes = read_classes(options, system);
  learning.clusters = options.integer("clusters");
  if (options.text("start") == "up") learning.start = SpinStart::up;
  learning.couplings.assign(learning.classes.size(), 0.0);
  learning.couplings.front() = 1;
  if (!options.text("J").empty()) {
    learning.learns = false;
    learning.couplings = options.reals("J");
    if (learning.couplings.size() != learning.classes.size())
      options.fail("J", fmt::format("J has {} numbers and the surrogate couplings = {}",
                                    learning.couplings.size(), learning.classes.size()));
  }
  try {
    const bool learns = learning.learns;
    auto sampler = std::make_unique<SelfLearning>(*system.spins, std::move(learning));
    SamplerParts parts;
    if (learns)
      parts.fitted = [walk = sampler.get()] { return couplings_in_words(walk->couplings()); };
    parts.sampler = std::move(sampler);
    return parts;
  } catch (const UserError& error) {
    options.fail("name", error.what());
  }
}

}  // namespace

SamplerEntry self_learning_entry() {
  SamplerEntry entry;
  entry.name = "self_learning";
  entry.summary =
      "clusters of pair couplings that warm-up fits to any spins, accepted by what they leave out";
  entry.options = {
      option::integer("couplings", "1", "[1, 3]",
                      "of the surrogate: the bonds of the system; second, third neighbours"),
      option::reals("J", "", "", "factors of these that are kept as they are; none: fitted"),
      option::integer("clusters", "0", "[0, 1e9]",
                      "clusters per step, in warm-up as many as try N spins; 0: so after it too"),
      option::choice("start", "random", {"random", "up"}, "spins at the start")};
  entry.example = "[sampler]\nname = self_learning\nchains = 16\n";
  entry.make = make_self_learning;
  return entry;
}

}  // namespace nmc::catalog
