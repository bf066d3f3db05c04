#include "drivers/catalog/read_lattice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/errors.hpp"
#include "core/options/parse_values.hpp"

namespace nmc::catalog {
namespace {

OptionSpec extents_option() {
  return option::integers("L", "", "[1, 1e6]", "extents, one number for all directions or 8x8x4");
}

std::vector<OptionSpec> shape_options() {
  return {
      option::integer("dim", "2", "[1, 8]", "directions, where L is one number"),
      option::text_list("boundary", "periodic", "periodic or open, one for all or one each"),
  };
}

// One bond a line: `i j` or `i j J`, sites from 0; what follows # is a comment.
Bond read_bond(const std::string& line, const std::string& where) {
  std::istringstream words(line);
  std::vector<std::string> fields;
  for (std::string word; words >> word;) fields.push_back(word);
  require(fields.size() == 2 || fields.size() == 3,
          fmt::format("{}: \"{}\" is no bond: write i j or i j J", where, line));
  Bond bond{parse_integer(where + ": site", fields[0]), parse_integer(where + ": site", fields[1])};
  if (fields.size() == 3) bond.J = parse_real(where + ": J", fields[2]);
  require(bond.i >= 0 && bond.j >= 0, fmt::format("{}: sites are numbered from 0", where));
  return bond;
}

NamedGraph read_bonds(const std::string& path) {
  std::ifstream file(path);
  require(file.good(), fmt::format("cannot read the bonds in {}", path));
  NamedGraph named;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    line = line.substr(0, line.find('#'));
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const Bond bond = read_bond(line, fmt::format("{}:{}", path, number));
    named.graph.sites = std::max({named.graph.sites, bond.i + 1, bond.j + 1});
    named.graph.bonds.push_back(bond);
  }
  require(named.graph.sites > 0, fmt::format("{} lists no bonds", path));
  try {
    check(named.graph);
  } catch (const UserError& error) {
    throw UserError(fmt::format("{}: {}", path, error.what()));
  }
  named.extents = {named.graph.sites};
  named.summary = fmt::format("graph of {}", path);
  return named;
}

NamedGraph read_lattice_graph(const Options& options) {
  const Lattice lattice = read_lattice(options);
  try {
    check(lattice);
  } catch (const UserError& error) {
    options.fail("L", error.what());
  }
  return {make_graph(lattice), lattice.extents, lattice.describe()};
}

}  // namespace

std::vector<OptionSpec> lattice_options() {
  std::vector<OptionSpec> options{option::required(extents_option())};
  for (const OptionSpec& spec : shape_options()) options.push_back(spec);
  return options;
}

std::vector<OptionSpec> graph_options() {
  std::vector<OptionSpec> options{extents_option()};
  for (const OptionSpec& spec : shape_options()) options.push_back(spec);
  options.push_back(option::text("bonds", "", "instead of L: a file with one bond a line, i j J"));
  return options;
}

void add_temperature(std::vector<OptionSpec>& options) {
  options.push_back(
      option::real("beta", "", "[0, inf)", "inverse temperature; beta or T must be given"));
  options.push_back(option::real("T", "", "(0, inf)", "temperature"));
}

Lattice read_lattice(const Options& options) {
  Lattice lattice;
  lattice.extents = options.integers("L");
  require(!lattice.extents.empty(), "[system] lacks L: extents, for example L = 8");
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

NamedGraph read_graph(const Options& options) {
  const bool has_bonds = options.has("bonds") && options.is_given("bonds");
  if (has_bonds && options.is_given("L"))
    options.fail("bonds", "bonds and L are both given; leave one of them out");
  NamedGraph named = has_bonds ? read_bonds(options.text("bonds")) : read_lattice_graph(options);
  named.summary += fmt::format(", {} sites, {} bonds", named.graph.sites, named.graph.bonds.size());
  return named;
}

}  // namespace nmc::catalog
