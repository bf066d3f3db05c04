#include "core/archive/graph_entries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"

namespace nmc::archive {
namespace {

/// More sites than this would not fit any machine's memory.
constexpr Index max_sites = Index{1} << 31;

Index largest_site(const GraphEntries& entries) {
  Index largest = -1;
  for (const Bond& bond : entries.bonds) largest = std::max({largest, bond.i, bond.j});
  for (const auto& [site, value] : entries.field) largest = std::max(largest, site);
  return largest;
}

Index count_sites(const GraphEntries& entries, const GraphQuery& query) {
  require(query.sites == 0 || entries.sites == 0 || query.sites == entries.sites,
          fmt::format("{} has {} sites and the job says N = {}; leave N out", entries.path,
                      entries.sites, query.sites));
  const Index stated = std::max(query.sites, entries.sites);
  const Index sites = stated > 0 ? stated : largest_site(entries) + 1;
  require(sites <= max_sites,
          fmt::format("{}: a graph of {} sites has more than {}", entries.path, sites, max_sites));
  return sites;
}

void check_bonds(const GraphEntries& entries, Index sites) {
  for (std::size_t b = 0; b < entries.bonds.size(); ++b) {
    const auto& [i, j, J] = entries.bonds[b];
    const auto fail = [&](const std::string& what) {
      throw UserError(fmt::format("{}: {}", entries.place(b), what));
    };
    if (std::min(i, j) < 0) fail(fmt::format("bond {} {}: sites are numbered from 0", i, j));
    if (std::max(i, j) >= sites)
      fail(fmt::format("bond {} {} leaves the graph: N = {} has sites 0 to {}", i, j, sites,
                       sites - 1));
    if (i == j)
      fail(
          fmt::format("bond {} {} joins a site with itself; leave it out, s^2 = 1 only shifts "
                      "the energy by {}",
                      i, j, -J));
    if (!std::isfinite(J))
      fail(
          fmt::format("the coupling of bond {} {} is {}; give a finite number, or leave the bond "
                      "out",
                      i, j, J));
  }
}

void check_fields(const GraphEntries& entries, Index sites) {
  for (const auto& [site, value] : entries.field) {
    if (site < 0 || site >= sites)
      throw UserError(fmt::format("{}: a local field on site {}; sites are 0 to {}", entries.path,
                                  site, sites - 1));
    if (!std::isfinite(value))
      throw UserError(fmt::format("{}: the local field of site {} is {}; give a finite number",
                                  entries.path, site, value));
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
                  entries.place((twin + 1)->at), twin->low, twin->high, entries.place(twin->at)));
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
  for (const auto& [site, value] : entries.field) touch(site);
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

}  // namespace

std::string GraphEntries::place(std::size_t bond) const {
  return lines.empty() ? fmt::format("{}: bonds[{}]", path, bond)
                       : fmt::format("{}:{}", path, lines[bond]);
}

GraphFile assemble_graph(GraphEntries entries, const GraphQuery& query) {
  GraphFile file;
  file.graph.sites = count_sites(entries, query);
  require(file.graph.sites > 0, fmt::format("{} lists no bonds", entries.path));
  check_bonds(entries, file.graph.sites);
  check_fields(entries, file.graph.sites);
  refuse_doubled(entries);
  if (query.sites == 0 && entries.sites == 0) refuse_untouched(entries, file.graph.sites);
  for (const auto& [site, value] : entries.field) {
    file.graph.field.resize(file.graph.sites, 0);
    file.graph.field[site] += value;
  }
  file.graph.bonds = std::move(entries.bonds);
  file.graph.plaquettes = std::move(entries.plaquettes);
  check(file.graph);
  Index product = 1;
  for (const Index extent : entries.extents) product *= extent;
  file.extents = product == file.graph.sites && !entries.extents.empty()
                     ? std::move(entries.extents)
                     : std::vector<Index>{file.graph.sites};
  file.instances = entries.instances;
  file.has_all_couplings = entries.has_all_couplings;
  return file;
}

}  // namespace nmc::archive
