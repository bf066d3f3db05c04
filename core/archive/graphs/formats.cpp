#include "core/archive/graphs/formats.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "core/archive/graphs/lines.hpp"
#include "core/archive/graphs/readers.hpp"
#include "core/archive/graphs/unread_formats.hpp"
#include "core/archive/graphs/writers.hpp"
#include "core/errors.hpp"
#include "core/options/did_you_mean.hpp"

namespace nmc::archive {
namespace {

/// With the signs of our Hamiltonian.
std::vector<GraphFormat> own_formats() {
  return {
      {.name = "text",
       .endings = {".txt", ".dat", ".bonds", ".edges", ".edgelist", ".tsv"},
       .convention = "sites from 0, H = -sum J s s' - sum K s s s s - sum h s",
       .read = read_text_graph,
       .write = write_text_graph,
       .holds_plaquettes = true},
      {.name = "csv",
       .endings = {".csv"},
       .convention = "sites from 0, J = third column",
       .read = read_text_graph,
       .write = write_csv_graph,
       .holds_fields = false,
       .states_sites = false},
      {.name = "json",
       .endings = {".json"},
       .convention = "sites from 0, H = -sum J s s' - sum K s s s s - sum h s",
       .read = read_json_graph,
       .write = write_json_graph,
       .holds_plaquettes = true,
       .holds_extents = true},
      {.name = "hdf5",
       .endings = {".h5", ".hdf5"},
       .convention = "sites from 0, H = -sum J s s' - sum K s s s s - sum h s",
       .read = read_hdf5_graph,
       .write = write_hdf5_graph,
       .holds_plaquettes = true,
       .holds_extents = true},
  };
}

/// Lists of weights of spin glasses and maximum cuts.
std::vector<GraphFormat> cut_formats() {
  return {
      {.name = "sg",
       .endings = {".sg", ".gsg"},
       .convention = "sites from 1, J = third column (spin glass)",
       .first_site = 1,
       .read = read_rudy_graph,
       .write = write_rudy_graph,
       .holds_fields = false},
      {.name = "rudy",
       .endings = {".rud", ".rudy", ".gset"},
       .convention = "sites from 1, J = weight (as a maximum cut: bonds_format = max_cut)",
       .first_site = 1,
       .read = read_rudy_graph,
       .write = write_rudy_graph,
       .holds_fields = false},
      {.name = "max_cut",
       .endings = {".mc"},
       .convention = "sites from 1, J = -weight: the ground state is the maximum cut",
       .first_site = 1,
       .read = read_max_cut_graph,
       .write = write_max_cut_graph,
       .holds_fields = false},
  };
}

/// Of optimisation, in bits or spins.
std::vector<GraphFormat> binary_formats() {
  return {
      {.name = "coo",
       .endings = {".coo"},
       .convention = "sites from 0, dimod's sign: J = -bias, h = -bias of i i; bits become spins",
       .read = read_coo_graph,
       .write = write_coo_graph,
       .states_sites = false},
      {.name = "bqm",
       .endings = {},
       .convention = "dimod's sign: J = -bias, h = -linear bias; bits become spins",
       .read = read_bqm_graph,
       .write = write_bqm_graph,
       .holds_constant = true},
      {.name = "qubo",
       .endings = {".qubo"},
       .convention = "sites from 0, bits x = (1 + s) / 2: J = -q / 4, h = -q / 2 - sum q / 4",
       .read = read_qubo_graph},
  };
}

/// Of graphs in general.
std::vector<GraphFormat> general_formats() {
  return {
      {.name = "node_link",
       .endings = {},
       .convention = "J = weight, h = field of the node",
       .read = read_node_link_graph,
       .write = write_node_link_graph},
      {.name = "matrix_market",
       .endings = {".mtx", ".mm"},
       .convention = "sites from 1, J = matrix entry, every pair once",
       .first_site = 1,
       .read = read_matrix_market,
       .write = write_matrix_market,
       .holds_fields = false},
      {.name = "graphml",
       .endings = {".graphml"},
       .convention = "nodes in their order, J = weight, h = field of the node",
       .read = read_graphml_graph,
       .write = write_graphml_graph},
      {.name = "dimacs",
       .endings = {".col"},
       .convention = "sites from 1, edges without couplings",
       .first_site = 1,
       .read = read_dimacs_graph},
  };
}

std::vector<GraphFormat> make_formats() {
  std::vector<GraphFormat> formats;
  for (const auto& part : {own_formats(), cut_formats(), binary_formats(), general_formats()})
    formats.insert(formats.end(), part.begin(), part.end());
  return formats;
}

std::string ending_of(const std::string& path) {
  std::string ending = std::filesystem::path(path).extension().string();
  std::ranges::transform(ending, ending.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending;
}

const GraphFormat* by_ending(const std::string& ending) {
  for (const GraphFormat& format : graph_formats())
    if (std::ranges::find(format.endings, ending) != format.endings.end()) return &format;
  return nullptr;
}

/// The name of the format that begins like this and like nothing else; "" where none does.
std::string by_beginning(const GraphSource& source) {
  GraphLines lines(source, '\0');
  while (lines.next()) {
    const std::string_view line = lines.text();
    if (line.starts_with("%%MatrixMarket")) return "matrix_market";
    if (line.starts_with('{') || line.starts_with('[')) return "json";
    if (line.starts_with('<')) return "graphml";
    if (line.starts_with("p qubo")) return "qubo";
    if (line.starts_with("p edge") || line.starts_with("p col")) return "dimacs";
    if (line.starts_with('#') && line.find("vartype") != std::string_view::npos) return "coo";
    if (!line.starts_with('#') && line != "c" && !line.starts_with("c ")) return "";
  }
  return "";
}

}  // namespace

const std::vector<GraphFormat>& graph_formats() {
  static const std::vector<GraphFormat> formats = make_formats();
  return formats;
}

std::vector<std::string> graph_format_names() {
  std::vector<std::string> names;
  for (const GraphFormat& format : graph_formats()) names.push_back(format.name);
  return names;
}

const GraphFormat& find_graph_format(const std::string& name) {
  for (const GraphFormat& format : graph_formats())
    if (format.name == name) return format;
  const std::vector<std::string> names = graph_format_names();
  throw UserError(fmt::format("unknown format \"{}\"{} (one of {})", name,
                              did_you_mean(name, names), fmt::join(names, ", ")));
}

const GraphFormat& recognise_graph(const GraphSource& source) {
  const std::string name = by_beginning(source);
  if (!name.empty()) return find_graph_format(name);
  const std::string ending = ending_of(source.path);
  refuse_unread_format(source, ending);
  const GraphFormat* const format = by_ending(ending);
  return format != nullptr ? *format : find_graph_format("text");
}

const GraphFormat& write_graph_file(const std::string& path, const std::string& name,
                                    const GraphFile& file) {
  const GraphFormat* format = name.empty() ? by_ending(ending_of(path)) : &find_graph_format(name);
  require(format != nullptr,
          fmt::format("{}: the ending says no format; choose one by --to (one of {})", path,
                      fmt::join(graph_format_names(), ", ")));
  require(format->write != nullptr,
          fmt::format("{} is read and not written; take bqm or text", format->name));
  refuse_what_is_not_held(*format, file);
  format->write(file, path);
  return *format;
}

}  // namespace nmc::archive
