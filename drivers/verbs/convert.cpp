#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "core/archive/graphs/formats.hpp"
#include "core/archive/graphs/reader.hpp"
#include "core/errors.hpp"
#include "drivers/verbs/convert.hpp"

namespace nmc::drivers {
namespace {

void print_side(const char* what, const std::string& path, const archive::GraphFormat& format) {
  fmt::print("{:<11} {}: {}, {}\n", what, path, format.name, format.convention);
}

void print_content(const archive::GraphFile& file) {
  const Graph& graph = file.graph;
  const auto fields = std::ranges::count_if(graph.field, [](double h) { return h != 0; });
  fmt::print(
      "{:<11} {}\n{:<11} {}{}\n{:<11} {}\n", "sites", graph.sites, "bonds", graph.bonds.size(),
      file.has_all_couplings || graph.bonds.empty() ? "" : ", without couplings there: J = 1",
      "fields", fields);
  if (!graph.plaquettes.empty()) fmt::print("{:<11} {}\n", "plaquettes", graph.plaquettes.size());
}

/// What people may miss in the new file.
void print_left_out(const archive::GraphFile& file, const archive::GraphFormat& to) {
  if (file.constant != 0)
    fmt::print(
        "{:<11} {}{}\n", "constant", file.constant,
        to.holds_constant ? "" : ", left out: energies of the graph written are lower by it");
  if (file.has_labels) fmt::print("{:<11} left out: sites are numbered in their order\n", "names");
  if (file.extents.size() > 1 && !to.holds_extents)
    fmt::print("{:<11} left out: {} knows no lattice\n", "extents", to.name);
}

}  // namespace

int convert_verb(const Invocation& call) {
  const auto& words = call.line.positional;
  require(words.size() == 2, "nmc convert takes two names, IN and OUT (nmc convert --help)");
  const std::string &in = words[0], &out = words[1];
  require(!std::filesystem::exists(out),
          fmt::format("{} exists; choose another name, or remove it first", out));
  archive::GraphQuery query;
  query.format = call.line.value("from");
  query.takes_constant = true;
  const archive::GraphFile file = archive::read_graph_file(in, query);
  require(file.instances == 1,
          fmt::format("{} holds {} graphs; nmc convert takes files of one", in, file.instances));
  const archive::GraphFormat& to = archive::write_graph_file(out, call.line.value("to"), file);
  print_side("read", in, archive::find_graph_format(file.format));
  print_side("wrote", out, to);
  print_content(file);
  print_left_out(file, to);
  return 0;
}

}  // namespace nmc::drivers
