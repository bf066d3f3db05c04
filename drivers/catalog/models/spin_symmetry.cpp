#include "drivers/catalog/models/spin_symmetry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/random/streams.hpp"
#include "core/roles/spin_energies.hpp"
#include "models/symmetry/flip_symmetric_spins.hpp"
#include "models/symmetry/lattice_symmetry.hpp"

namespace nmc::catalog {
namespace {

using Group = std::vector<SymmetryOperation>;

/// Every element costs a pass of the network for each configuration.
constexpr std::size_t kMostElements = 4096;

/// Couplings of one kind by the sites that they join, in ascending order.
template <std::size_t N>
using Terms = std::map<std::array<Index, N>, double>;

template <std::size_t N>
Terms<N> moved(const Terms<N>& terms, const SymmetryOperation& g) {
  Terms<N> image;
  for (const auto& [sites, value] : terms) {
    std::array<Index, N> at = sites;
    for (Index& site : at) site = g.permutation[static_cast<std::size_t>(site)];
    std::ranges::sort(at);
    image[at] = N == 1 ? g.sign * value : value;
  }
  return image;
}

std::string sentence(const std::string& what) {
  return "it does not leave the " + what + " alone";
}

Group group_of(const std::string& name, const System& system) {
  if (name == "z2") return z2_group(system.target->sites());
  return name == "translations" ? translation_group(system.extents) : point_group(system.extents);
}

/// Of spins known by their energies or their density alone: whether some configurations have
/// another one than their images. 64 random ones tell a term apart that half of them feel, up to
/// 2^-64.
std::string energies_broken_by(const System& system, const Group& operations) {
  constexpr double kRounding = 1e-9;
  const auto energy_of = [&](const Batch& s) {
    return system.spin_energies != nullptr ? system.spin_energies->energy(s)
                                           : system.target->log_density(s);
  };
  Batch u(64, system.target->sites());
  fill_uniform(Streams{.purpose = Purpose::flip}, u);
  const Batch s = (u < 0.5).select(Batch::Ones(u.rows(), u.cols()), -1.0);
  const Column energy = energy_of(s);
  for (const SymmetryOperation& g : operations) {
    const Column image = energy_of(apply(g, s));
    if (((image - energy).abs() > kRounding * (1 + energy.abs())).any())
      return sentence("energies");
  }
  return {};
}

/// Of quantum spins: a flip of all of them alone is asked, of the elements of 64 configurations.
std::string operator_broken_by(const Operator& H, const Group& operations) {
  Batch u(64, H.sites());
  fill_uniform(Streams{.purpose = Purpose::flip}, u);
  const Batch s = (u < 0.5).select(Batch::Ones(u.rows(), u.cols()), -1.0);
  for (const SymmetryOperation& g : operations) {
    const Batch image = apply(g, s);
    if ((image == s).all()) continue;
    if (!(image == -s).all()) return "of quantum spins z2 alone is known";
    if ((H.elements(image) != H.elements(s)).any()) return "H is another with all spins flipped";
  }
  return {};
}

std::string system_broken_by(const System& system, const Group& operations) {
  if (system.hamiltonian != nullptr) return operator_broken_by(*system.hamiltonian, operations);
  require(system.target->support() == Support::spin,
          fmt::format("images are those of spins, and {} has {}", system.name,
                      in_words(system.target->support())));
  return system.spins != nullptr ? broken_by(system.spins->graph(), operations)
                                 : energies_broken_by(system, operations);
}

/// What of the couplings forbids the group, as a sentence; empty where nothing does. Of the shifts
/// those by one site are asked: the others are made of them.
std::string fault_of(const std::string& name, const Group& group, const System& system) {
  if (name != "translations") return system_broken_by(system, group);
  Group shifts;
  std::size_t stride = 1;
  for (const Index extent : system.extents) {
    if (extent > 1) shifts.push_back(group[stride]);
    stride *= static_cast<std::size_t>(extent);
  }
  return system_broken_by(system, shifts);
}

/// All of the named groups that are symmetries of the system.
Group all_of(const System& system) {
  Group group{identity_operation(system.target->sites())};
  for (const char* name : {"point", "translations", "z2"}) {
    const Group more = group_of(name, system);
    if (!fault_of(name, more, system).empty()) continue;
    if (more.size() * group.size() > kMostElements)
      throw UserError(
          fmt::format("all symmetries of {} are some {} elements, and each costs a pass of the "
                      "network; at most {} are allowed: choose z2, point or translations",
                      system.summary, more.size() * group.size(), kMostElements));
    group = products(more, group);
  }
  require(group.size() > 1, fmt::format("symmetry = all: {} has none of z2, translations and "
                                        "point; leave symmetry out",
                                        system.summary));
  return group;
}

Group read_group(const std::string& name, const System& system) {
  if (name == "all") return all_of(system);
  Group group = group_of(name, system);
  const std::string fault = fault_of(name, group, system);
  require(fault.empty(),
          fmt::format("symmetry = {} is none of {}: {}; choose another, or all for those that "
                      "there are",
                      name, system.summary, fault));
  require(group.size() <= kMostElements,
          fmt::format("symmetry = {} has {} elements, and each costs a pass of the network; at "
                      "most {} are allowed: choose z2 or point",
                      name, group.size(), kMostElements));
  return group;
}

std::unique_ptr<Trainable> symmetrise(std::unique_ptr<Autoregressive> network, Group group) {
  if (group == z2_group(network->sites()))
    return std::make_unique<FlipSymmetricSpins>(std::move(network));
  return std::make_unique<SymmetrisedSpins>(std::move(network), std::move(group));
}

}  // namespace

std::string broken_by(const Graph& graph, const Group& operations) {
  Terms<1> fields;
  Terms<2> bonds;
  Terms<4> plaquettes;
  for (std::size_t i = 0; i < graph.field.size(); ++i)
    if (graph.field[i] != 0) fields[{static_cast<Index>(i)}] = graph.field[i];
  for (const Bond& bond : graph.bonds)
    bonds[{std::min(bond.i, bond.j), std::max(bond.i, bond.j)}] += bond.J;
  for (const Plaquette& plaquette : graph.plaquettes) {
    std::array<Index, 4> sites = plaquette.sites;
    std::ranges::sort(sites);
    plaquettes[sites] += plaquette.K;
  }
  for (const SymmetryOperation& g : operations) {
    if (moved(fields, g) != fields) return sentence("fields");
    if (moved(bonds, g) != bonds) return sentence("bonds");
    if (moved(plaquettes, g) != plaquettes) return sentence("plaquettes");
  }
  return {};
}

ModelEntry with_symmetry(SpinModelEntry entry) {
  ModelEntry mixed;
  static_cast<Entry&>(mixed) = entry;
  mixed.is_trained = entry.is_trained;
  mixed.options.push_back(option::choice(
      "symmetry", "none", {"none", "z2", "translations", "point", "all"},
      "mix the network's images under a group of the couplings; a pass for each element"));
  mixed.make = [make = std::move(entry.make)](const Options& options, const System& system,
                                              std::uint64_t seed) -> std::unique_ptr<Trainable> {
    auto model = make(options, system, seed);
    const std::string& name = options.text("symmetry");
    if (name == "none") return model;
    try {
      return symmetrise(std::move(model), read_group(name, system));
    } catch (const UserError& error) {
      options.fail("symmetry", error.what());
    }
  };
  return mixed;
}

}  // namespace nmc::catalog
