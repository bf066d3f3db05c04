#include "core/archive/graphs/unread_formats.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <string_view>
#include <vector>

#include "core/errors.hpp"

namespace nmc::archive {
namespace {

struct UnreadFormat {
  const char* name;
  std::vector<std::string> endings;
  std::vector<std::string> beginnings;  ///< of the text, which nothing else has
  const char* way_out;
};

constexpr const char* by_networkx =
    "read it by networkx and write GraphML (write_graphml) or node-link JSON (node_link_data)";
constexpr const char* as_bqm =
    "read it by dimod and write COO (dimod.serialization.coo) or bqm.to_serializable() as JSON";

const std::vector<UnreadFormat>& unread_formats() {
  static const std::vector<UnreadFormat> list{
      {"GML", {".gml"}, {"graph [", "graph\n[", "Creator \""}, by_networkx},
      {"Graphviz DOT", {".dot", ".gv"}, {"graph {", "strict graph", "digraph"}, by_networkx},
      {"Pajek", {".net", ".paj"}, {"*Vertices", "*vertices", "*Network"}, by_networkx},
      {"GEXF", {".gexf"}, {}, by_networkx},
      {"graph6 or sparse6", {".g6", ".s6"}, {">>graph6<<", ">>sparse6<<"}, by_networkx},
      {"LEDA", {".lgr", ".gw"}, {"LEDA.GRAPH"}, by_networkx},
      {"METIS, whose lines are lists of neighbours",
       {".graph", ".metis"},
       {},
       "write a line i j J per bond, or name a file of bonds .txt"},
      {"an adjacency list",
       {".adjlist"},
       {},
       "write an edge list (networkx.write_edgelist, data=False)"},
      {"LP", {".lp"}, {}, as_bqm},
      {"a QUBO of the Biq Mac Library", {".sparse", ".bq"}, {}, as_bqm},
      {"TSPLIB", {".tsp"}, {"NAME:", "NAME :"}, "write a line i j J per bond"},
      {"a DIMACS problem other than a graph",
       {".cnf", ".wcnf", ".max", ".gr"},
       {"p cnf", "p wcnf", "p max", "p sp", "p min"},
       "graphs of DIMACS begin with p edge N M"},
      {"the input of the Spin Glass Server",
       {},
       {"type:", "type :", "name:", "name :", "size:"},
       "write .sg: a line n m in place of the lines type, size and name"}};
  return list;
}

std::string_view first_line(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin != std::string_view::npos && line[begin] != '#') return text.substr(begin);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

}  // namespace

void refuse_unread_format(const GraphSource& source, const std::string& ending) {
  const std::string_view text = first_line(source.text);
  for (const UnreadFormat& format : unread_formats()) {
    const bool is_it = std::ranges::find(format.endings, ending) != format.endings.end() ||
                       std::ranges::any_of(format.beginnings, [&](const std::string& beginning) {
                         return text.starts_with(beginning);
                       });
    require(!is_it,
            fmt::format("{} is {}, which is not read; {} (or say what it is by bonds_format "
                        "or --from)",
                        source.path, format.name, format.way_out));
  }
}

}  // namespace nmc::archive
