#include "core/archive/graphs/entries.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/errors.hpp"

namespace nmc::archive {
namespace {

/// More sites than this would not fit any machine's memory.
constexpr Index max_sites = Index{1} << 31;

/// Of bonds and four-spin terms.
Index largest_end(const GraphEntries& entries) {
  Index largest = -1;
  for (const Plaquette& plaquette : entries.plaquettes)
    largest = std::max(largest, std::ranges::max(plaquette.sites));
  for (const Bond& bond : entries.bonds) largest = std::max({largest, bond.i, bond.j});
  return largest;
}

Index largest_site(const GraphEntries& entries) {
  Index largest = largest_end(entries);
  for (const LocalField& field : entries.field) largest = std::max(largest, field.site);
  return largest;
}

/// One wrong digit of a header or of a site makes gigabytes of sites without a bond.
void refuse_hollow(const GraphEntries& entries, Index sites) {
  constexpr Index kSmall = 1000000, kShare = 100;
  const auto touched = static_cast<Index>(2 * entries.bonds.size() + 4 * entries.plaquettes.size() +
                                          entries.field.size());
  if (sites <= kSmall || sites / kShare <= touched) return;
  throw UserError(
      fmt::format("{}: {} sites, of which at most {} are in a bond or have a field; is "
                  "the number right? Number the sites without gaps, and leave out "
                  "those without a bond",
                  entries.path, sites, touched));
}

Index count_sites(const GraphEntries& entries, const GraphQuery& query) {
  require(query.sites == 0 || entries.sites == 0 || query.sites == entries.sites,
          fmt::format("{} has {} sites and the job says N = {}; leave N out", entries.path,
                      entries.sites, query.sites));
  const Index stated = std::max(query.sites, entries.sites);
  const Index largest = largest_site(entries);
  if (std::max(stated - 1, largest) >= max_sites)
    throw UserError(fmt::format("{}: a graph of {} sites has more than {}", entries.path,
                                stated > 0 ? stated : largest, max_sites));
  const Index sites = stated > 0 ? stated : largest + 1;
  refuse_hollow(entries, sites);
  return sites;
}

/// "0 to 3", in the numbering of the file.
std::string numbers(const GraphEntries& entries, Index sites) {
  return fmt::format("{} to {}", entries.first_site, sites - 1 + entries.first_site);
}

void check_bonds(const GraphEntries& entries, Index sites) {
  for (std::size_t b = 0; b < entries.bonds.size(); ++b) {
    const auto& [i, j, J] = entries.bonds[b];
    if (std::min(i, j) >= 0 && std::max(i, j) < sites && i != j && std::isfinite(J)) continue;
    const std::string name =
        fmt::format("bond {} {}", i + entries.first_site, j + entries.first_site);
    const auto fail = [&](const std::string& what) {
      throw UserError(fmt::format("{}: {}", entries.place(b), what));
    };
    if (std::min(i, j) < 0)
      fail(fmt::format("{}: sites are numbered from {}", name, entries.first_site));
    if (std::max(i, j) >= sites)
      fail(fmt::format("{} leaves the graph: N = {} has sites {}", name, sites,
                       numbers(entries, sites)));
    if (i == j)
      fail(
          fmt::format("{} joins a site with itself; leave it out, s^2 = 1 only shifts the energy "
                      "by {}",
                      name, -J));
    fail(fmt::format("the coupling of {} is {}; give a finite number, or leave the bond out", name,
                     J));
  }
}

std::string place_of(const GraphEntries& entries, const LocalField& field) {
  return field.line > 0 ? fmt::format("{}:{}", entries.path, field.line) : entries.path;
}

void check_fields(const GraphEntries& entries, Index sites) {
  for (const LocalField& field : entries.field) {
    const Index site = field.site + entries.first_site;
    if (field.site < 0 || field.site >= sites)
      throw UserError(fmt::format("{}: a local field on site {}; sites are {}",
                                  place_of(entries, field), site, numbers(entries, sites)));
    if (!std::isfinite(field.h))
      throw UserError(fmt::format("{}: the local field of site {} is {}; give a finite number",
                                  place_of(entries, field), site, field.h));
  }
}

void refuse_doubled(const GraphEntries& entries) {
  struct Pair {
    Index low, high;
    std::size_t at;
    auto operator<=>(const Pair&) const = default;
  };
  std::vector<Pair> pairs;
  for (std::size_t b = 0; b < entries.bonds.size(); ++b) {
    const auto [low, high] = std::minmax(entries.bonds[b].i, entries.bonds[b].j);
    pairs.push_back({low, high, b});
  }
  std::sort(pairs.begin(), pairs.end());
  const auto twin = std::adjacent_find(
      pairs.begin(), pairs.end(),
      [](const Pair& a, const Pair& b) { return a.low == b.low && a.high == b.high; });
  if (twin == pairs.end()) return;
  throw UserError(
      fmt::format("{}: bond {} {} is already there ({}); write it once, with the sum "
                  "of the couplings if both are meant",
                  entries.place((twin + 1)->at), twin->low + entries.first_site,
                  twin->high + entries.first_site, entries.place(twin->at)));
}

void refuse_doubled_plaquettes(const GraphEntries& entries) {
  std::vector<std::array<Index, 4>> corners;
  for (const Plaquette& plaquette : entries.plaquettes) {
    corners.push_back(plaquette.sites);
    std::ranges::sort(corners.back());
  }
  std::ranges::sort(corners);
  const auto twin = std::ranges::adjacent_find(corners);
  if (twin == corners.end()) return;
  throw UserError(
      fmt::format("{}: plaquette {} is there twice; write it once, with the sum of the "
                  "couplings if both are meant",
                  entries.path, fmt::join(*twin, " ")));
}

/// An index gap is a slip as a rule; a free spin is meant where somebody stated N.
void refuse_untouched(const GraphEntries& entries, Index sites) {
  // By the pigeonhole principle an untouched site, if any, has a number below this.
  const auto ends = std::ssize(entries.bonds) * 2 + std::ssize(entries.field);
  std::vector<bool> is_touched(std::min(sites, ends + 1), false);
  const auto touch = [&](Index site) {
    if (site < std::ssize(is_touched)) is_touched[site] = true;
  };
  for (const Bond& bond : entries.bonds) {
    touch(bond.i);
    touch(bond.j);
  }
  for (const LocalField& field : entries.field) touch(field.site);
  for (const Plaquette& plaquette : entries.plaquettes)
    for (const Index site : plaquette.sites)
      if (site >= 0) touch(site);
  const auto gap = std::find(is_touched.begin(), is_touched.end(), false) - is_touched.begin();
  if (gap == std::ssize(is_touched)) return;
  throw UserError(
      gap == 0 ? fmt::format("{}: no bond touches site 0; sites are numbered from 0 to {}: "
                             "subtract 1 from every number, or set N = {} if site 0 is free",
                             entries.path, sites - 1, sites)
               : fmt::format("{}: no bond touches site {} of 0 to {}; number the sites without a "
                             "gap, or set N = {} if it is a free spin",
                             entries.path, gap, sites - 1, sites));
}

GraphFile made_graph(GraphEntries&& entries, Index sites) {
  GraphFile file;
  file.graph.sites = sites;
  if (!entries.field.empty()) file.graph.field.resize(sites, 0);
  for (const LocalField& field : entries.field) file.graph.field[field.site] = field.h;
  file.graph.bonds = std::move(entries.bonds);
  file.graph.plaquettes = std::move(entries.plaquettes);
  file.extents = entries.extents.empty() ? std::vector<Index>{sites} : std::move(entries.extents);
  file.instances = entries.instances;
  file.has_all_couplings = entries.has_all_couplings;
  file.format = std::move(entries.format);
  file.constant = entries.constant;
  file.has_labels = entries.has_labels;
  return file;
}

/// The extents of a file are those of its sites, or a slip.
void check_extents(const GraphEntries& entries, Index sites) {
  if (entries.extents.empty()) return;
  double product = 1;
  for (const Index extent : entries.extents) product *= static_cast<double>(extent);
  require(std::ranges::min(entries.extents) > 0 && product == static_cast<double>(sites),
          fmt::format("{}: extents {} do not make {} sites; correct them, or leave them out",
                      entries.path, fmt::join(entries.extents, "x"), sites));
}

}  // namespace

void refuse_doubled_fields(const GraphEntries& entries) {
  std::vector<LocalField> sorted = entries.field;
  std::ranges::stable_sort(sorted, {}, &LocalField::site);
  const auto twin = std::ranges::adjacent_find(sorted, {}, &LocalField::site);
  if (twin == sorted.end()) return;
  throw UserError(fmt::format(
      "{}: the local field of site {} is already given ({}); write it once, "
      "with the sum if both are meant",
      place_of(entries, *(twin + 1)), twin->site + entries.first_site, place_of(entries, *twin)));
}

void count_field(GraphEntries& entries, const GraphQuery& query, const std::string& name) {
  const Index fields = std::ssize(entries.field), largest = largest_end(entries);
  const Index stated = std::max(entries.sites, query.sites);
  if (stated > 0) {
    require(fields == stated, fmt::format("{} has {} entries for {} sites; write one for each, 0 "
                                          "where there is no field",
                                          name, fields, stated));
  } else {
    const std::string ends =
        largest < 0 ? "there are no bonds" : fmt::format("bonds touch sites 0 to {}", largest);
    const std::string way_out =
        fields - 1 > largest
            ? fmt::format("set N = {} if the sites beyond are free spins, or leave the entries out",
                          fields)
            : "write one for each site, 0 where there is no field";
    require(fields - 1 == largest,
            fmt::format("{} has {} entries and {}; {}", name, fields, ends, way_out));
  }
  entries.sites = fields;
}

GraphFile assemble_graph(GraphEntries entries, const GraphQuery& query) {
  const Index sites = count_sites(entries, query);
  require(sites > 0, fmt::format("{} lists no bonds", entries.path));
  check_bonds(entries, sites);
  check_fields(entries, sites);
  refuse_doubled(entries);
  refuse_doubled_fields(entries);
  refuse_doubled_plaquettes(entries);
  check_extents(entries, sites);
  if (query.sites == 0 && entries.sites == 0) refuse_untouched(entries, sites);
  const std::string path = entries.path;
  GraphFile file = made_graph(std::move(entries), sites);
  try {
    check(file.graph);
  } catch (const UserError& error) {
    throw UserError(fmt::format("{}: {}", path, error.what()));
  }
  require(query.takes_constant || file.constant == 0,
          fmt::format("{} ({}): the energy has the constant {}, which a system here cannot have; "
                      "nmc convert {} NEW.txt writes the rest and tells the constant",
                      path, file.format, file.constant, path));
  require(std::isfinite(file.constant), fmt::format("{}: the constant is not finite", path));
  return file;
}

}  // namespace nmc::archive
