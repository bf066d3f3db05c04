#include <fmt/format.h>

#include "core/archive/graphs/lines.hpp"
#include "core/archive/graphs/readers.hpp"
#include "core/errors.hpp"

namespace nmc::archive {
namespace {

using Words = GraphLines::Words;

/// Comment lines begin with a word c.
bool is_comment_line(std::string_view line) {
  return line == "c" || line.starts_with("c ") || line.starts_with("c\t");
}

/// The next line that is no comment; false at the end.
bool next_line(GraphLines& lines) {
  while (lines.next())
    if (!is_comment_line(lines.text())) return true;
  return false;
}

/// Goes to the problem line, "p KIND ...", and returns its words.
const Words& problem_line(GraphLines& lines, std::size_t length, const std::string& shape) {
  if (!next_line(lines)) lines.fail("there is no line " + shape);
  const Words& words = lines.words();
  if (words[0] != "p" || words.size() != length)
    lines.fail(fmt::format("\"{:.60}\" is not the line {}", lines.text(), shape));
  return words;
}

void require_count(const GraphLines& lines, const char* what, Index announced, Index found) {
  if (announced != found)
    lines.fail(fmt::format("the line p announces {} {}, and the file has {}: is it cut?", announced,
                           what, found));
}

}  // namespace

GraphEntries read_dimacs_graph(const GraphSource& source, const GraphQuery& query) {
  GraphLines lines(source, '\0');
  GraphEntries entries;
  entries.path = source.path;
  entries.first_site = 1;
  const Words& words = problem_line(lines, 4, "p edge N M");
  if (words[1] != "edge" && words[1] != "col" && words[1] != "edges")
    lines.fail(
        fmt::format("a DIMACS problem of kind \"{}\" is no plain graph (p edge N M)", words[1]));
  entries.sites = lines.integer("N", words[2]);
  const Index announced = lines.integer("M", words[3]);
  if (entries.sites < 1) lines.fail("a graph has sites");
  BondColumn bonds(entries, query.J);
  while (next_line(lines)) {
    const Words& row = lines.words();
    if (row[0] != "e" || row.size() != 3)
      lines.fail(fmt::format("\"{:.60}\" is no edge: write e i j", lines.text()));
    bonds.add(lines.integer("site", row[1]) - 1, lines.integer("site", row[2]) - 1, std::nullopt,
              lines.number());
  }
  require_count(lines, "edges", announced, std::ssize(entries.bonds));
  entries.has_all_couplings = false;
  return entries;
}

GraphEntries read_qubo_graph(const GraphSource& source, const GraphQuery& query) {
  GraphLines lines(source, '\0');
  GraphEntries entries;
  entries.path = source.path;
  const Words& words = problem_line(lines, 6, "p qubo TOPOLOGY MAXNODES NODES COUPLERS");
  if (words[1] != "qubo") lines.fail(fmt::format("p {} is not p qubo", words[1]));
  entries.sites = lines.integer("MAXNODES", words[3]);
  const Index nodes = lines.integer("NODES", words[4]),
              couplers = lines.integer("COUPLERS", words[5]);
  if (entries.sites < 1) lines.fail("a graph has sites");
  BondColumn bonds(entries, query.J);
  while (next_line(lines)) {
    const Words& row = lines.words();
    if (row.size() != 3)
      lines.fail(fmt::format("\"{:.60}\" is no term: write i j q", lines.text()));
    const Index i = lines.integer("i", row[0]), j = lines.integer("j", row[1]);
    const double q = lines.real("q", row[2]);
    if (i == j)
      entries.field.push_back({i, q, lines.number()});
    else
      bonds.add(i, j, q, lines.number());
  }
  require_count(lines, "nodes", nodes, std::ssize(entries.field));
  require_count(lines, "couplers", couplers, std::ssize(entries.bonds));
  to_hamiltonian(entries, true);
  return entries;
}

}  // namespace nmc::archive
