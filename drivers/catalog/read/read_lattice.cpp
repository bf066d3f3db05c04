#include "drivers/catalog/read/read_lattice.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/errors.hpp"
#include "core/options/spelled_default.hpp"

namespace nmc::catalog {
namespace {

/// Directions where neither the lattice nor dim says them and L is one number.
constexpr Index default_directions = 2;

/// The number of directions that `dim` or the lattice says; 0: L says it.
Index read_directions(const Options& options, Index dimension) {
  // Results of earlier versions spell out dim = 2 as the default whatever L is.
  if (!options.is_given("dim")) return dimension;
  const Index dim = options.integer("dim");
  if (dim == default_directions && options.origin("dim").ends_with(spelled_default))
    return dimension;
  if (dimension > 0 && dim != dimension)
    options.fail("dim", fmt::format("dim = {} and lattice = {} disagree; leave dim out", dim,
                                    options.text("lattice")));
  return dim;
}

std::vector<Index> read_extents(const Options& options, Index dimension) {
  std::vector<Index> extents = options.integers("L");
  require(!extents.empty(), "[system] lacks L: extents, for example L = 8");
  const Index wanted = read_directions(options, dimension);
  if (extents.size() == 1) {
    extents.assign(static_cast<std::size_t>(wanted > 0 ? wanted : default_directions), extents[0]);
  } else if (wanted > 0 && std::ssize(extents) != wanted) {
    const bool is_fixed = dimension > 0;
    options.fail(
        is_fixed ? "L" : "dim",
        fmt::format(
            "{} and L = {} disagree; {}",
            is_fixed ? "lattice = " + options.text("lattice") : "dim = " + options.text("dim"),
            options.text("L"),
            is_fixed ? fmt::format("give {} or one extent for all", dimension)
                     : fmt::format("leave dim out, L has {} directions", extents.size())));
  }
  return extents;
}

std::vector<bool> read_boundaries(const Options& options, std::size_t directions) {
  std::vector<std::string> words = options.list("boundary");
  if (words.size() == 1) words.assign(directions, words[0]);
  if (words.size() != directions)
    options.fail("boundary", fmt::format("boundary has {} entries for {} directions; write one for "
                                         "all or one each",
                                         words.size(), directions));
  std::vector<bool> periodic;
  for (const auto& word : words) {
    if (word != "periodic" && word != "open")
      options.fail("boundary",
                   fmt::format("unknown boundary \"{}\" (one of periodic, open)", word));
    periodic.push_back(word == "periodic");
  }
  return periodic;
}

}  // namespace

std::vector<OptionSpec> lattice_options(bool is_L_required) {
  OptionSpec extents =
      option::integers("L", "", "[1, 1e6]", "extents, one number for all directions or 8x8x4");
  if (is_L_required) extents = option::required(std::move(extents));
  return {std::move(extents),
          option::integer("dim", "", "[1, 8]", "directions, where L is one number; 2 if left out"),
          option::text_list("boundary", "periodic", "periodic or open, one for all or one each")};
}

void add_temperature(std::vector<OptionSpec>& options) {
  options.push_back(option::with_hint(
      option::real("beta", "", "[0, inf)", "inverse temperature; beta or T must be given"),
      "an antiferromagnet is J = -1 at positive beta"));
  options.push_back(option::real("T", "", "(0, inf)", "temperature"));
}

Lattice read_lattice(const Options& options, Index dimension) {
  Lattice lattice;
  lattice.extents = read_extents(options, dimension);
  lattice.periodic = read_boundaries(options, lattice.extents.size());
  at_key(options, "L", [&] { check(lattice); });
  return lattice;
}

double read_beta(const Options& options) {
  const bool has_beta = options.is_given("beta");
  if (has_beta && options.is_given("T"))
    options.fail("T", "beta and T are both given; leave one of them out");
  if (has_beta) return options.real("beta");
  require(options.is_given("T"),
          "[system] lacks beta (or T): give it a value, for example beta = 0.44");
  return 1 / options.real("T");
}

void refuse_given(const Options& options, std::initializer_list<const char*> keys,
                  const std::string& why) {
  for (const char* key : keys)
    if (options.has(key) && options.origin(key) != "default")
      options.fail(key, fmt::format("{} = {} does nothing: {}", key, options.text(key), why));
}

}  // namespace nmc::catalog
