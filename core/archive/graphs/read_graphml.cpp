#include <fmt/format.h>

#include <charconv>
#include <map>
#include <optional>
#include <pugixml.hpp>

#include "core/archive/graphs/key_hints.hpp"
#include "core/archive/graphs/readers.hpp"
#include "core/errors.hpp"
#include "core/options/number_text.hpp"

namespace nmc::archive {
namespace {

/// One <key>: what data of this id mean.
struct Key {
  std::string domain;  ///< node, edge, graph or all
  std::string name;
  std::string fallback;
  bool has_fallback = false;
};

/// GraphML (graphml.graphdrawing.org): an undirected graph whose edges may have weight (or J) and
/// whose nodes may have field (or h). The parser does not recurse, and expands no entities.
class GraphmlReader {
 public:
  GraphmlReader(const GraphSource& source, const GraphQuery& query)
      : source_(source), bonds_(entries_, query.J) {
    entries_.path = source.path;
    entries_.has_labels = true;
  }

  GraphEntries read() {
    const pugi::xml_parse_result result = document_.load_buffer(
        source_.text.data(), source_.text.size(), pugi::parse_default, pugi::encoding_utf8);
    if (!result)
      throw UserError(fmt::format("{}:{}: the XML is broken: {}", source_.path,
                                  line_of(source_, static_cast<std::size_t>(result.offset)),
                                  result.description()));
    const pugi::xml_node root = document_.document_element();
    refuse_other_root(root);
    pugi::xml_node graph;
    for (const pugi::xml_node child : root) {
      const std::string name = child.name();
      if (name == "key") {
        read_key(child);
      } else if (name == "graph") {
        if (graph) fail(child, "a second graph; write one graph per file");
        graph = child;
      } else if (name != "desc") {
        fail(child, fmt::format("<{:.60}> is not understood", name));
      }
    }
    if (!graph) fail(root, "there is no <graph>");
    read_graph(graph);
    return std::move(entries_);
  }

 private:
  [[noreturn]] void fail(const pugi::xml_node& node, const std::string& what) const {
    throw UserError(fmt::format("{}:{}: {}", source_.path,
                                line_of(source_, static_cast<std::size_t>(std::max<std::ptrdiff_t>(
                                                     0, node.offset_debug()))),
                                what));
  }

  void refuse_other_root(const pugi::xml_node& root) const {
    const std::string name = root.name();
    if (name == "graphml") return;
    if (name == "LATTICES" || name == "GRAPH" || name == "LATTICEGRAPH" || name == "LATTICE")
      fail(root,
           "this is an ALPS lattice library, which defines lattices by unit cells: take lattice = "
           "chain, square, triangular, honeycomb or cubic with L, or write the bonds of the finite "
           "graph as text, a line i j J each, with sites from 0");
    if (name == "gexf")
      fail(root, "this is GEXF (Gephi); export GraphML, or write it by networkx.write_graphml");
    fail(root, fmt::format("<{:.60}> is no GraphML, which begins with <graphml>", name));
  }

  void read_key(const pugi::xml_node& node) {
    Key key{node.attribute("for").value(), node.attribute("attr.name").value(), "", false};
    if (const pugi::xml_node fallback = node.child("default")) {
      key.fallback = fallback.text().get();
      key.has_fallback = true;
    }
    if (key.has_fallback && what_of(key).empty())
      fail(node, fmt::format("key \"{:.60}\" is not understood{}", key.name, hint(key)));
    if (!keys_.try_emplace(node.attribute("id").value(), key).second)
      fail(node, "a key with this id is already there");
  }

  /// "J", "h", "name" for what is no physics, or "" where the program does not know it.
  [[nodiscard]] static std::string what_of(const Key& key) {
    const bool of_edge = key.domain == "edge" || key.domain == "all" || key.domain.empty();
    const bool of_node = key.domain == "node" || key.domain == "all" || key.domain.empty();
    if (of_edge && (key.name == "weight" || key.name == "J")) return "J";
    if (of_node && (key.name == "field" || key.name == "h")) return "h";
    if (key.name == "name" || key.name == "label") return "name";
    return "";
  }

  [[nodiscard]] static std::string hint(const Key& key) {
    const std::string near = graph_name_hint(key.name, {"field", "J"});
    return near.empty() ? "; edges have weight or J, nodes have field or h" : near;
  }

  /// The number that the data of an element give for "J" or "h".
  std::optional<double> data(const pugi::xml_node& element, const std::string& wanted) const {
    std::optional<double> value;
    for (const pugi::xml_node child : element) {
      const std::string name = child.name();
      if (name == "desc") continue;
      if (name != "data") fail(child, fmt::format("<{:.60}> is not understood", name));
      const auto key = keys_.find(child.attribute("key").value());
      if (key == keys_.end()) fail(child, "there is no <key> for these data");
      if (what_of(key->second) == "name") continue;
      if (what_of(key->second) != wanted)
        fail(child, fmt::format("data \"{:.60}\" are not understood{}", key->second.name,
                                hint(key->second)));
      if (value) fail(child, fmt::format("{} is given twice", wanted));
      value = number(child, child.text().get());
    }
    for (const auto& [id, key] : keys_)
      if (!value && key.has_fallback && what_of(key) == wanted)
        value = number(element, key.fallback);
    return value;
  }

  double number(const pugi::xml_node& node, const std::string& text) const {
    const auto first = text.find_first_not_of(" \t\r\n");
    const auto last = text.find_last_not_of(" \t\r\n");
    double value = 0;
    const auto result = first == std::string::npos
                            ? std::from_chars_result{nullptr, std::errc::invalid_argument}
                            : std::from_chars(text.data() + first, text.data() + last + 1, value);
    if (result.ec != std::errc{} || result.ptr != text.data() + last + 1)
      fail(node, fmt::format("\"{:.60}\" is not a number{}", text, number_hint(text)));
    return value;
  }

  void read_graph(const pugi::xml_node& graph) {
    if (std::string(graph.attribute("edgedefault").value()) == "directed")
      fail(graph, "the graph is directed; couplings have no direction (to_undirected)");
    for (const pugi::xml_node node : graph.children("node")) {
      const Index site = std::ssize(site_of_);
      if (!site_of_.try_emplace(node.attribute("id").value(), site).second)
        fail(node, fmt::format("node \"{:.60}\" is there twice", node.attribute("id").value()));
      if (const auto h = data(node, "h")) entries_.field.push_back({site, *h});
    }
    entries_.sites = std::ssize(site_of_);
    for (const pugi::xml_node child : graph) {
      const std::string name = child.name();
      if (name == "edge") {
        read_edge(child);
      } else if (name != "node" && name != "desc") {
        fail(child, fmt::format("<{:.60}> in a graph is not understood", name));
      }
    }
  }

  Index site(const pugi::xml_node& edge, const char* end) const {
    const auto found = site_of_.find(edge.attribute(end).value());
    if (found == site_of_.end())
      fail(edge, fmt::format("{} \"{:.60}\" is no node", end, edge.attribute(end).value()));
    return found->second;
  }

  void read_edge(const pugi::xml_node& edge) {
    if (edge.attribute("directed").as_bool()) fail(edge, "the edge is directed");
    const std::optional<double> J = data(edge, "J");
    bonds_.add(site(edge, "source"), site(edge, "target"), J);
  }

  const GraphSource& source_;
  pugi::xml_document document_;
  GraphEntries entries_;
  BondColumn bonds_;
  std::map<std::string, Key> keys_;
  std::map<std::string, Index> site_of_;
};

}  // namespace

GraphEntries read_graphml_graph(const GraphSource& source, const GraphQuery& query) {
  return GraphmlReader(source, query).read();
}

}  // namespace nmc::archive
