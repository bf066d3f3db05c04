#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <optional>

#include "drivers/catalog/entries/system_entries.hpp"
#include "drivers/catalog/read/read_patterns.hpp"
#include "drivers/catalog/systems/spin_system.hpp"
#include "physics/graphs/disorder.hpp"
#include "physics/graphs/graph_terms.hpp"
#include "physics/graphs/random_graphs.hpp"
#include "physics/systems/ising.hpp"

namespace nmc::catalog {
namespace {

using ReadGraph = std::function<NamedGraph(const Options&)>;

/// An entry whose couplings come from `read`; h and the temperature are common to all.
SystemEntry glass_entry(const std::string& name, const ReadGraph& read) {
  const auto with_field = [read](const Options& options) {
    NamedGraph named = read(options);
    named.is_stored = true;
    add_counts(named);
    add_uniform_field(named.graph, options.real("h"));
    if (options.real("h") != 0) named.summary += fmt::format(", h {}", options.text("h"));
    at_key(options, "h", [&] { check(named.graph); });
    return named;
  };
  SystemEntry entry;
  entry.name = name;
  entry.make = [name, with_field](const Options& options) {
    System system = spin_system(name, with_field(options), read_beta(options));
    const bool has_identity = std::ranges::count(system.default_observables, "callen") > 0;
    system.default_observables = {"energy", "energy2", "m2", "q2", "q4"};
    if (has_identity) system.default_observables.emplace_back("callen");
    return system;
  };
  entry.family = spin_beta_family([with_field](const Options& options) {
    return std::make_unique<Ising>(with_field(options).graph, 1);
  });
  return entry;
}

NamedGraph read_edwards_anderson(const Options& options) {
  NamedGraph named = read_named_lattice(options, true);
  const std::uint64_t seed = read_disorder_seed(options);
  const bool is_gaussian = options.text("distribution") == "gaussian";
  if (is_gaussian) {
    draw_normal_couplings(named.graph, seed, 1);
  } else {
    draw_signs(named.graph, seed);
  }
  named.summary +=
      fmt::format(", J {} of disorder_seed {}", is_gaussian ? "~ N(0, 1)" : "= +-1", seed);
  return named;
}

NamedGraph read_sherrington_kirkpatrick(const Options& options) {
  const Index sites = options.integer("N");
  NamedGraph named;
  named.graph = at_key(options, "N", [&] { return complete_graph(sites); });
  const std::uint64_t seed = read_disorder_seed(options);
  draw_normal_couplings(named.graph, seed, 1 / std::sqrt(static_cast<double>(sites)));
  named.extents = {sites};
  named.summary = fmt::format("J ~ N(0, 1/{}) of disorder_seed {}", sites, seed);
  return named;
}

/// The number in `text`, or nothing where it is the name of a file.
std::optional<Index> number_of_patterns(const std::string& text) {
  Index count = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return count;
}

NamedGraph read_hopfield(const Options& options) {
  const std::string& text = options.text("patterns");
  const std::optional<Index> count = number_of_patterns(text);
  const Index sites = options.integer("N");
  NamedGraph named;
  Batch patterns;
  if (count) {
    if (*count < 1 || *count > 1000000)
      options.fail("patterns", fmt::format("patterns = {}: 1 to 1000000 are drawn", text));
    if (!options.is_given("N"))
      options.fail("patterns", fmt::format("patterns = {} lacks N: the number of sites, for "
                                           "example N = 100",
                                           text));
    patterns = random_patterns(read_disorder_seed(options), *count, sites);
    named.summary =
        fmt::format("{} random patterns of disorder_seed {}", text, read_disorder_seed(options));
  } else {
    refuse_given(options, {"disorder_seed"}, text + " gives the patterns");
    patterns = at_key(options, "patterns", [&] { return read_patterns(text); });
    if (options.is_given("N") && sites != patterns.cols())
      options.fail("N", fmt::format("N = {} and patterns of {} spins in {}; leave N out", sites,
                                    patterns.cols(), text));
    named.summary = fmt::format("{} patterns of {}", patterns.rows(), text);
  }
  named.graph = at_key(options, count ? "N" : "patterns", [&] { return hopfield_graph(patterns); });
  named.extents = {named.graph.sites};
  return named;
}

}  // namespace

SystemEntry edwards_anderson_entry() {
  SystemEntry entry = glass_entry("edwards_anderson", read_edwards_anderson);
  entry.summary = "Edwards-Anderson spin glass: random couplings on a lattice";
  entry.options = named_lattice_options();
  entry.options.push_back(option::choice("distribution", "pm1", {"pm1", "gaussian"},
                                         "J = +-1 with equal odds, or N(0, 1)"));
  entry.options.push_back(field_option());
  add_temperature(entry.options);
  entry.example = "[system]\nname = edwards_anderson\nL = 8\nT = 1\n";
  return entry;
}

SystemEntry sherrington_kirkpatrick_entry() {
  SystemEntry entry = glass_entry("sherrington_kirkpatrick", read_sherrington_kirkpatrick);
  entry.summary = "Sherrington-Kirkpatrick spin glass: J ~ N(0, 1/N) between all pairs";
  entry.options = {option::required(option::integer("N", "", "[2, 65536]", "sites")),
                   disorder_seed_option(), field_option()};
  add_temperature(entry.options);
  entry.example = "[system]\nname = sherrington_kirkpatrick\nN = 64\nT = 0.5\n";
  return entry;
}

SystemEntry hopfield_entry() {
  SystemEntry entry = glass_entry("hopfield", read_hopfield);
  entry.summary = "Hopfield network: J = (1/N) sum of xi xi' over patterns, between all pairs";
  entry.options = {
      option::integer("N", "0", "[0, 65536]", "sites; a file of patterns says it itself"),
      option::with_path(option::text("patterns", "1",
                                     "how many random ones, or a file with one a line, +1 and -1"),
                        PathForm::file_or_number),
      disorder_seed_option(), field_option()};
  add_temperature(entry.options);
  entry.example = "[system]\nname = hopfield\nN = 64\npatterns = 3\nT = 0.5\n";
  return entry;
}

}  // namespace nmc::catalog
