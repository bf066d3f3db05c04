#include "drivers/catalog/read/read_graph.hpp"

#include <fmt/format.h>

#include "core/archive/graphs/formats.hpp"
#include "core/archive/graphs/reader.hpp"
#include "core/errors.hpp"
#include "physics/graphs/graph_terms.hpp"
#include "physics/graphs/planar_lattices.hpp"
#include "physics/graphs/random_graphs.hpp"

namespace nmc::catalog {
namespace {

/// The number of directions that a name fixes; 0: L and dim say it.
Index dimension_of(const std::string& lattice) {
  if (lattice == "chain") return 1;
  if (lattice == "square" || lattice == "triangular" || lattice == "honeycomb") return 2;
  return lattice == "cubic" ? 3 : 0;
}

Graph make_named(const std::string& name, const Lattice& lattice) {
  if (name == "triangular") return triangular_graph(lattice);
  if (name == "honeycomb") return honeycomb_graph(lattice);
  return make_graph(lattice);
}

NamedGraph read_shaped(const Options& options, const std::string& name, bool is_glass) {
  refuse_given(options, {"N"}, fmt::format("L says how many sites lattice = {} has", name));
  refuse_given(options, {"degree"}, "it belongs to lattice = random_regular");
  Lattice lattice = read_lattice(options, dimension_of(name));
  if (is_glass) lattice = without_double_bonds(lattice);
  const bool is_planar = name == "triangular" || name == "honeycomb";
  NamedGraph named;
  named.graph = at_key(options, "L", [&] { return make_named(name, lattice); });
  named.extents = lattice.extents;
  named.has_lattice = true;
  named.has_edges = !lattice.is_torus();
  named.summary = (is_planar ? name + " " : "") + lattice.describe();
  if (lattice.is_torus() && name != "honeycomb")
    named.periodic = {lattice.extents, name == "triangular"};
  return named;
}

NamedGraph read_unshaped(const Options& options, const std::string& name) {
  refuse_given(options, {"L", "dim", "boundary"},
               fmt::format("lattice = {} takes N, the number of sites", name));
  const Index sites = options.integer("N");
  if (!options.is_given("N"))
    options.fail("lattice", fmt::format("lattice = {} lacks N: the number of sites, for example "
                                        "N = 100",
                                        name));
  NamedGraph named;
  named.extents = {sites};
  if (name == "complete") {
    refuse_given(options, {"degree"}, "it belongs to lattice = random_regular");
    named.graph = at_key(options, "N", [&] { return complete_graph(sites); });
    named.summary = "complete graph";
    return named;
  }
  const Index degree = options.integer("degree");
  const std::uint64_t seed = read_disorder_seed(options);
  const char* const key = options.is_given("degree") ? "degree" : "N";
  named.graph = at_key(options, key, [&] { return random_regular_graph(sites, degree, seed); });
  named.summary = fmt::format("random graph of degree {}, disorder_seed {}", degree, seed);
  named.is_stored = true;
  return named;
}

/// Whether the file is in this program's own convention, of which nothing need be said.
bool is_ours(const std::string& format) {
  return format == "text" || format == "csv" || format == "json" || format == "hdf5";
}

/// J of bonds that have no direction.
double uniform_coupling(const Options& options) {
  const std::vector<double> J = options.reals("J");
  if (J.size() != 1)
    options.fail("J", fmt::format("J = {} gives one coupling for each direction of a hypercubic "
                                  "lattice; this graph takes one J",
                                  options.text("J")));
  return J.front();
}

NamedGraph read_file(const Options& options) {
  const std::string& path = options.text("bonds");
  if (options.is_given("L"))
    options.fail("bonds", "bonds and L are both given; leave one of them out");
  refuse_given(options, {"lattice", "dim", "boundary", "degree", "disorder_seed"},
               "bonds = " + path + " says the graph");
  const archive::GraphQuery query{options.integer("N"), options.integer("instance"),
                                  uniform_coupling(options), options.text("bonds_format")};
  archive::GraphFile file =
      at_key(options, "bonds", [&] { return archive::read_graph_file(path, query); });
  if (file.has_all_couplings && !file.graph.bonds.empty())
    refuse_given(options, {"J"}, fmt::format("{} gives every coupling", path));
  const std::string convention = archive::find_graph_format(file.format).convention;
  NamedGraph named{std::move(file.graph), std::move(file.extents), "graph of " + path, true};
  named.has_lattice = named.extents.size() > 1;
  if (!is_ours(file.format)) named.summary += fmt::format(" ({}: {})", file.format, convention);
  if (file.instances > 1)
    named.summary += fmt::format(", instance {} of {}", query.instance, file.instances);
  return named;
}

/// What the keys made of a graph that was right: the place is that of a key that was given.
void check_terms(const Options& options, const Graph& graph) {
  const auto is_given = [&](const char* key) { return options.has(key) && options.is_given(key); };
  const char* const key = is_given("J") ? "J" : is_given("K") ? "K" : "h";
  at_key(options, key, [&] { check(graph); });
}

/// One J for all bonds, or one for each direction.
void scale_bonds(const Options& options, Graph& graph) {
  const std::vector<double> J = options.reals("J");
  const std::string& name = options.text("lattice");
  const bool is_hypercubic = name == "hypercubic" || name == "square" || name == "cubic";
  if (J.size() == 1 || !is_hypercubic) return nmc::scale_bonds(graph, uniform_coupling(options));
  const Lattice lattice = read_lattice(options, dimension_of(name));
  if (std::ssize(J) != lattice.dimension())
    options.fail("J", fmt::format("J = {} gives {} couplings; the lattice has {} directions",
                                  options.text("J"), J.size(), lattice.dimension()));
  scale_directions(graph, lattice, J);
}

void add_terms(const Options& options, NamedGraph& named) {
  if (!options.is_given("bonds")) scale_bonds(options, named.graph);
  if (options.reals("J") != std::vector<double>{1})
    named.summary += fmt::format(", J {}", options.text("J"));
  if (options.has("K") && options.real("K") != 0) {
    const std::string& name = options.text("lattice");
    if (options.is_given("bonds") || named.extents.size() < 2 || name == "triangular" ||
        name == "honeycomb")
      options.fail("K", fmt::format("K = {} needs the squares of a lattice: take lattice = square "
                                    "or cubic, or leave K out",
                                    options.text("K")));
    add_plaquettes(named.graph, read_lattice(options, dimension_of(name)), options.real("K"));
    named.summary +=
        fmt::format(", K {} on {} plaquettes", options.text("K"), named.graph.plaquettes.size());
  }
  const double h = options.has("h") ? options.real("h") : 0;
  add_uniform_field(named.graph, h);
  if (h != 0) named.summary += fmt::format(", h {}", options.text("h"));
  check_terms(options, named.graph);
}

}  // namespace

OptionSpec sites_option(const std::string& help) {
  return option::integer("N", "0", "[0, 2147483648]", help);
}

OptionSpec disorder_seed_option() {
  return option::integer("disorder_seed", "1", "[0, 9007199254740992]",
                         "key of every random coupling, pattern and graph");
}

OptionSpec field_option() {
  return option::real("h", "0", "", "uniform field, -h sum of s");
}

std::uint64_t read_disorder_seed(const Options& options) {
  return static_cast<std::uint64_t>(options.integer("disorder_seed"));
}

std::vector<OptionSpec> named_lattice_options() {
  std::vector<OptionSpec> options{
      option::choice("lattice", "hypercubic",
                     {"hypercubic", "chain", "square", "cubic", "triangular", "honeycomb",
                      "random_regular", "complete"},
                     "lattice; hypercubic takes its directions from L and dim")};
  for (const OptionSpec& spec : lattice_options(false)) options.push_back(spec);
  options.push_back(sites_option("sites of a random_regular or complete graph"));
  options.push_back(
      option::integer("degree", "3", "[1, 1e6]", "neighbours of a site of a random_regular graph"));
  options.push_back(disorder_seed_option());
  return options;
}

std::vector<OptionSpec> graph_options() {
  std::vector<OptionSpec> options = named_lattice_options();
  for (OptionSpec& spec : options)
    if (spec.name == "N") spec.help += ", or of a file with free spins";
  options.push_back(option::with_path(
      option::text("bonds", "",
                   "instead of L: a file with the bonds i j J of a graph (text, CSV, JSON, HDF5, "
                   "rudy, COO, BQM, GraphML, ...)"),
      PathForm::file));
  options.push_back(
      option::choice("bonds_format", "", archive::graph_format_names(),
                     "what that file is, where its beginning and ending do not say it"));
  options.push_back(option::integer("instance", "0", "[0, 1e9]", "which graph of a JSON file"));
  options.push_back(
      option::reals("J", "1", "",
                    "coupling of every bond, or of each direction of a hypercubic lattice, as in "
                    "1, 0.5; J < 0 is an antiferromagnet"));
  options.push_back(field_option());
  return options;
}

NamedGraph read_named_lattice(const Options& options, bool is_glass) {
  const std::string& name = options.text("lattice");
  if (name == "random_regular" || name == "complete") return read_unshaped(options, name);
  return read_shaped(options, name, is_glass);
}

Lattice read_hypercubic(const Options& options) {
  return read_lattice(options, dimension_of(options.text("lattice")));
}

NamedGraph read_graph(const Options& options) {
  NamedGraph named;
  if (options.is_given("bonds")) {
    named = read_file(options);
  } else {
    refuse_given(options, {"instance", "bonds_format"}, "it is about the file that bonds names");
    named = read_named_lattice(options, false);
    if (!named.is_stored) refuse_given(options, {"disorder_seed"}, "this lattice is not random");
  }
  add_counts(named);
  add_terms(options, named);
  return named;
}

void add_counts(NamedGraph& named) {
  named.summary += fmt::format(", {} sites, {} bonds", named.graph.sites, named.graph.bonds.size());
}

}  // namespace nmc::catalog
