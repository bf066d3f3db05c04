#include "drivers/catalog/systems/quantum_systems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "drivers/catalog/read/read_graph.hpp"
#include "drivers/catalog/read/read_pauli_terms.hpp"
#include "physics/graphs/second_neighbours.hpp"
#include "physics/quantum/diagonalise.hpp"
#include "physics/quantum/free_fermions.hpp"
#include "physics/quantum/hamiltonians.hpp"
#include "physics/quantum/spin_basis.hpp"
#include "physics/quantum/two_halves.hpp"

namespace nmc::catalog {
namespace {

/// What is told of the means of E_loc and E_loc² over |ψ|².
std::vector<Derived> energy_derived(Index sites, double trace_per_state) {
  const auto n = static_cast<double>(sites);
  return {{"energy_per_site", "energy / N", {"energy"}, [n](auto means) { return means[0] / n; }},
          {"variance",
           "<energy2> - <energy>^2",
           {"energy", "energy2"},
           [](auto means) { return means[1] - means[0] * means[0]; }},
          {"v_score",
           "N variance / (energy - tr H / 2^N)^2",
           {"energy", "energy2"},
           [n, trace_per_state](auto means) {
             const double below = means[0] - trace_per_state;
             return n * (means[1] - means[0] * means[0]) / (below * below);
           }}};
}

System quantum_system(const std::string& name, const NamedGraph& named, PauliSum H) {
  System system{name, named.summary, named.extents};
  auto basis = std::make_unique<SpinBasis>(named.graph);
  auto hamiltonian = std::make_unique<const PauliSum>(std::move(H));
  system.periodic = named.periodic;
  system.has_lattice = named.has_lattice;
  system.derived = energy_derived(hamiltonian->sites(), hamiltonian->trace_per_state());
  system.default_observables = {"energy", "variance", "v_score", "m", "abs_m", "m2"};
  system.exact = [&H = *hamiltonian](const ExactEffort& effort) {
    return exact_ground_state(H, effort);
  };
  system.ground_vector = [&H = *hamiltonian] { return ground_vector(H); };
  if (named.is_stored) system.disorder = &basis->graph();
  if (hamiltonian->is_even()) system.identities = {{"m", 0.0}};
  system.keeps_magnetisation = hamiltonian->keeps_magnetisation();
  system.hamiltonian = std::move(hamiltonian);
  system.target = std::move(basis);
  return system;
}

/// The options of a graph, of which `h` is no field along z.
std::vector<OptionSpec> bond_options() {
  std::vector<OptionSpec> options = graph_options();
  std::erase_if(options, [](const OptionSpec& spec) { return spec.name == "h"; });
  return options;
}

System make_tfim(const Options& options) {
  NamedGraph named = read_graph(options.with("h", "0"));
  named.summary += fmt::format(", transverse field {}", options.text("h"));
  const Graph graph = named.graph;
  const double h = options.real("h");
  System system = quantum_system("tfim", named, transverse_ising(graph, h));
  system.exact = [graph, h, by_states = std::move(system.exact)](const ExactEffort& effort) {
    // The states of a short chain say more.
    ExactAnswer answer = graph.sites <= 12 ? by_states(effort) : ExactAnswer{};
    if (!answer.value) answer.value = free_fermions(graph, h, effort);
    return answer.value ? answer : by_states(effort);
  };
  return system;
}

BondList read_second_neighbours(const Options& options) {
  if (options.real("J2") == 0) return {};
  const std::string& lattice = options.text("lattice");
  const bool is_hypercubic =
      lattice == "hypercubic" || lattice == "chain" || lattice == "square" || lattice == "cubic";
  if (options.is_given("bonds") || !is_hypercubic)
    options.fail("J2",
                 "second neighbours are known of chains, squares and cubes: write other "
                 "operators as a list of terms, name = pauli");
  return at_key(options, "J2", [&] { return second_neighbours(read_hypercubic(options)); });
}

System make_heisenberg(const Options& options) {
  NamedGraph named = read_graph(options);
  const BondList second = read_second_neighbours(options);
  const HeisenbergCouplings couplings{options.real("delta"), options.real("J2")};
  if (couplings.anisotropy != 1) named.summary += fmt::format(", delta {}", options.text("delta"));
  if (!second.empty())
    named.summary += fmt::format(", J2 {} of {} pairs", options.text("J2"), second.size());
  PauliSum H = at_key(options, options.is_given("bonds") ? "bonds" : "J",
                      [&] { return heisenberg(named.graph, second, couplings); });
  if (options.flag("sign_rule")) {
    const auto half = two_halves(named.graph);
    if (!half)
      options.fail("sign_rule",
                   "the sites are not two halves that the bonds join (there is an "
                   "odd ring), and Marshall's rule is not known: leave it out");
    H = turned_about_z(H, *half);
    named.summary += ", Marshall's sign rule";
  }
  return quantum_system("heisenberg", named, std::move(H));
}

System make_pauli(const Options& options) {
  const std::string& path = options.text("terms");
  PauliSum H =
      at_key(options, "terms", [&] { return read_pauli_terms(path, options.integer("N")); });
  NamedGraph named;
  named.graph.sites = H.sites();
  named.extents = {H.sites()};
  named.summary = fmt::format("{} terms of {}, {} spins", H.size(), path, H.sites());
  return quantum_system("pauli", named, std::move(H));
}

SystemEntry tfim_entry() {
  SystemEntry entry;
  entry.name = "tfim";
  entry.summary =
      "quantum Ising spins in a transverse field on any graph, H = -sum J Z Z' - h sum X";
  entry.options = bond_options();
  entry.options.push_back(option::real("h", "1", "", "transverse field, -h sum of X"));
  entry.example = "[system]\nname = tfim\nlattice = chain\nL = 20\nh = 1\n";
  entry.make = make_tfim;
  return entry;
}

SystemEntry heisenberg_entry() {
  SystemEntry entry;
  entry.name = "heisenberg";
  entry.summary =
      "quantum spins 1/2, H = sum J (SxSx' + SySy' + delta SzSz') over bonds, J2 over second "
      "neighbours";
  entry.options = bond_options();
  for (OptionSpec& spec : entry.options)
    if (spec.name == "J")
      spec.help =
          "coupling of every bond, or of each direction of a hypercubic lattice, as in 1, 0.5; J > "
          "0 is an antiferromagnet";
  entry.options.push_back(option::real("delta", "1", "", "anisotropy; 1: Heisenberg, else XXZ"));
  entry.options.push_back(option::real(
      "J2", "0", "", "of second neighbours of a chain, or of the diagonals of a square lattice"));
  entry.options.push_back(
      option::flag("sign_rule", "false",
                   "turns one half of the sites by pi about z, so that the ground state of an "
                   "antiferromagnet has no signs (Marshall)"));
  entry.example = "[system]\nname = heisenberg\nlattice = chain\nL = 10\nsign_rule = true\n";
  entry.make = make_heisenberg;
  return entry;
}

SystemEntry pauli_entry() {
  SystemEntry entry;
  entry.name = "pauli";
  entry.summary =
      "quantum spins with a Hamiltonian of one's own, a list of products of Pauli "
      "matrices";
  entry.options = {
      option::required(option::with_path(
          option::text("terms", "", "a file with one term a line, such as -0.5 X0 X1 Z4"),
          PathForm::file)),
      option::integer("N", "0", "[0, 1e6]", "spins; 0: one more than the largest site")};
  entry.example = "[system]\nname = pauli\nterms = ring.txt\n";
  entry.make = make_pauli;
  return entry;
}

}  // namespace

std::vector<SystemEntry> make_quantum_systems() {
  return {tfim_entry(), heisenberg_entry(), pauli_entry()};
}

}  // namespace nmc::catalog
