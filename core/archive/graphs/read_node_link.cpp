#include <fmt/format.h>

#include <map>

#include "core/archive/graphs/json_readers.hpp"
#include "core/archive/graphs/readers.hpp"
#include "core/errors.hpp"

namespace nmc::archive {
namespace {

/// networkx.node_link_data(): nodes {id, field} and links (edges) {source, target, weight}.
class NodeLinkReader {
 public:
  NodeLinkReader(const GraphSource& source, const Json& file, const GraphQuery& query)
      : object_(source.path, file), bonds_(entries_, query.J) {
    entries_.path = source.path;
    entries_.format = "node_link";
  }

  GraphEntries read() {
    object_.refuse_others({"directed", "multigraph", "graph", "nodes", "links", "edges"});
    if (object_.has("directed") && object_.at("directed") != false)
      object_.fail("the graph is directed; couplings have no direction (to_undirected)");
    if (object_.has("links") && object_.has("edges")) object_.fail("there are links and edges");
    if (object_.has("graph"))
      JsonObject(entries_.path + ": graph", object_.at("graph")).refuse_others({"name"});
    read_nodes(object_.list(object_.at("nodes"), "nodes"));
    const char* const key = object_.has("links") ? "links" : "edges";
    read_links(object_.list(object_.at(key), key), key);
    return std::move(entries_);
  }

 private:
  /// Integers are the numbers of the sites, from 0; other names are numbered in their order.
  void read_nodes(const Json& nodes) {
    entries_.sites = std::ssize(nodes);
    for (std::size_t k = 0; k < nodes.size(); ++k) {
      const JsonObject node(fmt::format("{}: nodes[{}]", entries_.path, k), nodes[k]);
      node.refuse_others({"id", "name", "label", "field", "h"});
      const Json& id = node.at("id");
      if (k == 0) entries_.has_labels = !id.is_number_integer();
      if (entries_.has_labels == id.is_number_integer())
        node.fail("ids are integers or names, not both");
      const Index site = entries_.has_labels ? static_cast<Index>(k) : node.integer(id, "id");
      if (site < 0 || site >= entries_.sites)
        node.fail(
            fmt::format("id {} among {} nodes: they are numbered from 0 "
                        "(networkx.convert_node_labels_to_integers), or named by text",
                        site, entries_.sites));
      if (!site_of_.try_emplace(id.dump(), site).second)
        node.fail(fmt::format("id {} is there twice", shown(id)));
      if (node.has("field") && node.has("h")) node.fail("field and h are the same");
      const char* const key = node.has("field") ? "field" : "h";
      if (node.has(key)) entries_.field.push_back({site, node.real(node.at(key), key)});
    }
  }

  [[nodiscard]] Index site(const JsonObject& link, const char* key) const {
    const Json& id = link.at(key);
    const auto found = site_of_.find(id.dump());
    if (found == site_of_.end()) link.fail(fmt::format("{} {} is no node", key, shown(id)));
    return found->second;
  }

  void read_links(const Json& links, const std::string& name) {
    for (std::size_t b = 0; b < links.size(); ++b) {
      const JsonObject link(fmt::format("{}: {}[{}]", entries_.path, name, b), links[b]);
      link.refuse_others({"source", "target", "weight", "J", "key"});
      if (link.has("weight") && link.has("J")) link.fail("weight and J are the same");
      const char* const key = link.has("weight") ? "weight" : "J";
      std::optional<double> J;
      if (link.has(key)) J = link.real(link.at(key), key);
      bonds_.add(site(link, "source"), site(link, "target"), J);
    }
  }

  JsonObject object_;
  GraphEntries entries_;
  BondColumn bonds_;
  std::map<std::string, Index> site_of_;
};

}  // namespace

GraphEntries node_link_entries(const GraphSource& source, const Json& file,
                               const GraphQuery& query) {
  return NodeLinkReader(source, file, query).read();
}

GraphEntries read_node_link_graph(const GraphSource& source, const GraphQuery& query) {
  return node_link_entries(source, parse_json(source), query);
}

}  // namespace nmc::archive
