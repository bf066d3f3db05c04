#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "drivers/catalog/system_entries.hpp"
#include "physics/lattice.hpp"
#include "physics/phi4.hpp"

namespace nmc::catalog {
namespace {

std::vector<OptionSpec> extent_options() {
  return {
      option::required(
          option::integers("L", "", "[1, 1e6]", "extents, one number for all directions or 8x8x4")),
      option::integer("dim", "2", "[1, 8]", "directions, where L is one number"),
      option::text_list("boundary", "periodic", "periodic or open, one for all or one each"),
  };
}

std::vector<OptionSpec> lattice_options() {
  std::vector<OptionSpec> options = extent_options();
  options.push_back(
      option::real("beta", "", "[0, inf)", "inverse temperature; beta or T must be given"));
  options.push_back(option::real("T", "", "(0, inf)", "temperature"));
  return options;
}

Lattice read_lattice(const Options& options) {
  Lattice lattice;
  lattice.extents = options.integers("L");
  if (lattice.extents.empty()) options.fail("L", "L is empty");
  if (lattice.extents.size() == 1)
    lattice.extents.assign(static_cast<std::size_t>(options.integer("dim")), lattice.extents[0]);
  else if (options.is_given("dim") && options.integer("dim") != lattice.dimension())
    options.fail(
        "dim", fmt::format("dim = {} and L = {} disagree", options.text("dim"), options.text("L")));
  std::vector<std::string> words = options.list("boundary");
  if (words.size() == 1) words.assign(lattice.extents.size(), words[0]);
  if (words.size() != lattice.extents.size())
    options.fail("boundary", fmt::format("boundary has {} entries for {} directions", words.size(),
                                         lattice.extents.size()));
  for (const auto& word : words) {
    if (word != "periodic" && word != "open")
      options.fail("boundary",
                   fmt::format("unknown boundary \"{}\" (one of periodic, open)", word));
    lattice.periodic.push_back(word == "periodic");
  }
  return lattice;
}

double read_beta(const Options& options) {
  const bool has_beta = options.is_given("beta");
  if (has_beta && options.is_given("T"))
    options.fail("T", "beta and T are both given; leave one of them out");
  if (has_beta) return options.real("beta");
  require(options.is_given("T"), "[system] lacks beta (or T)");
  return 1 / options.real("T");
}

// The message of a check deeper down gets the place in the job that it is about.
Graph read_graph(const Options& options, const Lattice& lattice) {
  try {
    check(lattice);
    return make_graph(lattice);
  } catch (const UserError& error) {
    options.fail("L", error.what());
  }
}

std::string summary_of(const Lattice& lattice, const Graph& graph, double beta) {
  return fmt::format("{}, {} sites, {} bonds, beta {:.10g}", lattice.describe(), graph.sites,
                     graph.bonds.size(), beta);
}

const std::vector<std::string> kDefaultObservables{"energy", "abs_m", "m2"};

System make_ising(const Options& options) {
  const Lattice lattice = read_lattice(options);
  const double beta = read_beta(options);
  const Graph graph = read_graph(options, lattice);
  System system{"ising", summary_of(lattice, graph, beta), lattice.extents, beta};
  auto ising = std::make_unique<Ising>(graph, beta);
  system.observables = spin_observables(*ising);
  system.derived = spin_derived(graph.sites, beta);
  system.default_observables = kDefaultObservables;
  system.exact = [graph, beta] { return exact_spins(graph, beta); };
  system.target = std::move(ising);
  return system;
}

System make_dual(const Options& options) {
  const Lattice lattice = read_lattice(options);
  const double beta = read_beta(options);
  const Graph graph = read_graph(options, lattice);
  System system{"dual_ising", summary_of(lattice, graph, beta), lattice.extents, beta};
  if (options.text("coordinates") == "stencil") {
    auto dual = std::make_unique<DualStencil>(graph, beta);
    system.observables = dual_observables(*dual);
    system.auxiliary = dual.get();
    system.exact = [&field = dual->dual()] { return exact_dual(field); };
    system.target = std::move(dual);
  } else {
    auto dual = std::make_unique<DualIsing>(graph, beta);
    system.observables = dual_observables(*dual);
    system.auxiliary = dual.get();
    system.exact = [&field = *dual] { return exact_dual(field); };
    system.target = std::move(dual);
  }
  system.derived = spin_derived(graph.sites, beta);
  // abs_m costs N² per configuration and is there on small lattices alone.
  for (const auto& name : kDefaultObservables)
    if (std::ranges::any_of(system.observables, [&](const auto& o) { return o->name() == name; }))
      system.default_observables.push_back(name);
  return system;
}

std::unique_ptr<Target> dual_at_beta(const Options& options, double beta) {
  const Graph graph = read_graph(options, read_lattice(options));
  if (options.text("coordinates") == "stencil") return std::make_unique<DualStencil>(graph, beta);
  return std::make_unique<DualIsing>(graph, beta);
}

System make_phi4(const Options& options) {
  const Lattice lattice = read_lattice(options);
  (void)read_graph(options, lattice);  // what is wrong with the lattice is said with its place
  System system;
  system.name = "phi4";
  system.summary = fmt::format("{}, {} sites, m^2 {}, lambda {}", lattice.describe(),
                               lattice.sites(), options.text("m2"), options.text("lambda"));
  system.extents = lattice.extents;
  auto phi4 = std::make_unique<Phi4>(lattice, options.real("m2"), options.real("lambda"));
  system.observables = phi4_observables(*phi4);
  system.default_observables = {"action", "abs_m", "m2"};
  system.exact = [] { return ExactAnswer{std::nullopt, "no exact method is known for phi^4"}; };
  system.target = std::move(phi4);
  return system;
}

}  // namespace

SystemEntry phi4_entry() {
  SystemEntry entry;
  entry.name = "phi4";
  entry.summary = "scalar phi^4, S = sum (phi - phi')^2 over bonds + sum m2 phi^2 + lambda phi^4";
  entry.options = extent_options();
  entry.options.push_back(option::real("m2", "-4", "", "mass squared, may be negative"));
  entry.options.push_back(option::real("lambda", "6.975", "[0, inf)", "self-coupling"));
  entry.example = "[system]\nname = phi4\nL = 6\nm2 = -4\nlambda = 6.975\n";
  entry.make = make_phi4;
  return entry;
}

SystemEntry ising_entry() {
  SystemEntry entry;
  entry.name = "ising";
  entry.summary = "Ising spins on a hypercubic lattice, H = -sum of s s' over bonds";
  entry.options = lattice_options();
  entry.example = "[system]\nname = ising\nL = 16\nbeta = 0.44068679\n";
  entry.make = make_ising;
  entry.at_beta = [](const Options& options, double beta) {
    return std::make_unique<Ising>(read_graph(options, read_lattice(options)), beta);
  };
  return entry;
}

SystemEntry dual_ising_entry() {
  SystemEntry entry;
  entry.name = "dual_ising";
  entry.summary = "the continuous dual field of the Ising model, E = x K^-1 x / 2 - sum ln cosh x";
  entry.options = lattice_options();
  entry.options.push_back(option::choice("coordinates", "field", {"field", "stencil"},
                                         "the field x, or y with x = K y"));
  entry.example = "[system]\nname = dual_ising\nL = 8\nbeta = 0.44068679\n";
  entry.make = make_dual;
  entry.at_beta = dual_at_beta;
  return entry;
}

}  // namespace nmc::catalog
