#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iterator>

#include "core/archive/graphs/variables.hpp"
#include "core/archive/graphs/writers.hpp"
#include "core/archive/publish.hpp"

/// JSON of three kinds, GraphML and HDF5.
namespace nmc::archive {
namespace {

/// `item` of every element, divided by commas.
template <class List, class Item>
std::string joined(const List& list, const Item& item) {
  std::string text;
  for (const auto& element : list) {
    if (!text.empty()) text += ",";
    item(std::back_inserter(text), element);
  }
  return text;
}

std::string number_list(const std::vector<double>& values, double sign) {
  return joined(values, [sign](auto out, double value) {
    fmt::format_to(out, "{}", value == 0 ? 0.0 : sign * value);
  });
}

}  // namespace

void write_json_graph(const GraphFile& file, const std::string& path) {
  const Graph& graph = file.graph;
  std::string text = fmt::format("{{\"N\":{},\n\"bonds\":[", graph.sites);
  text += joined(graph.bonds, [](auto out, const Bond& bond) {
    fmt::format_to(out, "[{},{},{}]", bond.i, bond.j, bond.J);
  });
  text += "]";
  if (!graph.field.empty()) text += ",\n\"field\":[" + number_list(graph.field, 1) + "]";
  if (!graph.plaquettes.empty())
    text += ",\n\"plaquettes\":[" +
            joined(graph.plaquettes,
                   [](auto out, const Plaquette& p) {
                     fmt::format_to(out, "[{},{}]", fmt::join(p.sites, ","), p.K);
                   }) +
            "]";
  if (file.extents.size() > 1)
    text += fmt::format(",\n\"dims\":[{}]", fmt::join(file.extents, ","));
  publish_text(path, text + "}\n");
}

void write_bqm_graph(const GraphFile& file, const std::string& path) {
  const Graph& graph = file.graph;
  std::vector<Index> labels(graph.sites);
  for (Index i = 0; i < graph.sites; ++i) labels[i] = i;
  std::vector<double> linear = graph.field;
  linear.resize(graph.sites, 0.0);
  const auto ends = [&](Index Bond::*end) {
    return joined(graph.bonds,
                  [end](auto out, const Bond& bond) { fmt::format_to(out, "{}", bond.*end); });
  };
  std::string text = fmt::format(
      "{{\"type\":\"BinaryQuadraticModel\",\"version\":{{\"bqm_schema\":\"3.0.0\"}},\n"
      "\"use_bytes\":false,\"index_type\":\"int64\",\"bias_type\":\"float64\",\n"
      "\"num_variables\":{},\"num_interactions\":{},\"variable_type\":\"SPIN\",\"offset\":{},"
      "\"info\":{{}},\n\"variable_labels\":[{}],\n",
      graph.sites, graph.bonds.size(), file.constant, fmt::join(labels, ","));
  text += "\"linear_biases\":[" + number_list(linear, -1) + "],\n\"quadratic_biases\":[";
  text += joined(graph.bonds,
                 [](auto out, const Bond& bond) { fmt::format_to(out, "{}", 0 - bond.J); });
  text += "],\n\"quadratic_head\":[" + ends(&Bond::i) + "],\n\"quadratic_tail\":[" + ends(&Bond::j);
  publish_text(path, text + "]}\n");
}

void write_node_link_graph(const GraphFile& file, const std::string& path) {
  const Graph& graph = file.graph;
  std::string text = "{\"directed\":false,\"multigraph\":false,\"graph\":{},\n\"nodes\":[";
  for (Index i = 0; i < graph.sites; ++i) {
    text += fmt::format("{}{{\"id\":{}", i > 0 ? "," : "", i);
    text += graph.field.empty() ? "}" : fmt::format(",\"field\":{}}}", graph.field[i]);
  }
  text += "],\n\"links\":[" + joined(graph.bonds, [](auto out, const Bond& bond) {
            fmt::format_to(out, "{{\"source\":{},\"target\":{},\"weight\":{}}}", bond.i, bond.j,
                           bond.J);
          });
  publish_text(path, text + "]}\n");
}

void write_graphml_graph(const GraphFile& file, const std::string& path) {
  const Graph& graph = file.graph;
  std::string text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"
      "<key id=\"J\" for=\"edge\" attr.name=\"weight\" attr.type=\"double\"/>\n"
      "<key id=\"h\" for=\"node\" attr.name=\"field\" attr.type=\"double\"/>\n"
      "<graph edgedefault=\"undirected\">\n";
  const auto out = std::back_inserter(text);
  for (Index i = 0; i < graph.sites; ++i) {
    if (graph.field.empty())
      fmt::format_to(out, "<node id=\"{}\"/>\n", i);
    else
      fmt::format_to(out, "<node id=\"{}\"><data key=\"h\">{}</data></node>\n", i, graph.field[i]);
  }
  for (const Bond& bond : graph.bonds)
    fmt::format_to(out, "<edge source=\"{}\" target=\"{}\"><data key=\"J\">{}</data></edge>\n",
                   bond.i, bond.j, bond.J);
  publish_text(path, text + "</graph>\n</graphml>\n");
}

void write_hdf5_graph(const GraphFile& file, const std::string& path) {
  const GraphVariables variables(file.graph);
  publish_file(path, [&](File& h5) {
    write_xarray_group(h5, graph_group(""), variables.dimensions(), variables.variables());
    h5.set_attribute(graph_group(""), "sites", static_cast<std::int64_t>(file.graph.sites));
    if (file.extents.size() > 1)
      h5.write(graph_group("extents"), {std::ssize(file.extents)},
               std::vector<std::int64_t>(file.extents.begin(), file.extents.end()));
  });
}

}  // namespace nmc::archive
