#include <fmt/format.h>

#include "core/archive/graphs/lines.hpp"
#include "core/archive/graphs/readers.hpp"
#include "core/errors.hpp"

namespace nmc::archive {
namespace {

/// A header `n m`, then m lines `i j w` with sites from 1, as rudy (Rinaldi's generator), Gset and
/// McGroundstate's .sg and .mc have them.
GraphEntries read_counted(const GraphSource& source, const GraphQuery& query, double sign) {
  GraphLines lines(source, '#');
  GraphEntries entries;
  entries.path = source.path;
  entries.first_site = 1;
  require(lines.next(), fmt::format("{} is empty; a header n m is needed", source.path));
  const GraphLines::Words& words = lines.words();
  if (words.size() != 2)
    lines.fail(fmt::format(
        "\"{:.60}\" is no header: the numbers of sites and bonds, n m, come first", lines.text()));
  entries.sites = lines.integer("n", words[0]);
  const Index announced = lines.integer("m", words[1]);
  if (entries.sites < 1 || announced < 0)
    lines.fail(fmt::format("n = {}, m = {}: a graph has sites", entries.sites, announced));
  BondColumn bonds(entries, query.J);
  while (lines.next()) {
    if (std::ssize(entries.bonds) == announced)
      lines.fail(fmt::format("the header announces m = {} bonds, and this is one more", announced));
    const GraphLines::Words& row = lines.words();
    if (row.size() != 2 && row.size() != 3)
      lines.fail(
          fmt::format("\"{:.60}\" is no bond: write i j w{}", lines.text(), lines.comma_hint(3)));
    std::optional<double> J;
    if (row.size() == 3) J = sign * lines.real("w", row[2]);
    bonds.add(lines.integer("site", row[0]) - 1, lines.integer("site", row[1]) - 1, J,
              lines.number());
  }
  require(std::ssize(entries.bonds) == announced,
          fmt::format("{}: the header announces m = {} bonds, and {} follow: is the file cut?",
                      source.path, announced, entries.bonds.size()));
  return entries;
}

}  // namespace

GraphEntries read_rudy_graph(const GraphSource& source, const GraphQuery& query) {
  return read_counted(source, query, 1);
}

GraphEntries read_max_cut_graph(const GraphSource& source, const GraphQuery& query) {
  return read_counted(source, query, -1);
}

}  // namespace nmc::archive
