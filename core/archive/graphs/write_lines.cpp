#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "core/archive/graphs/writers.hpp"
#include "core/archive/publish.hpp"
#include "core/errors.hpp"

/// Formats with a line for each bond. "{}" gives the fewest digits that read back as the same
/// number.
namespace nmc::archive {
namespace {

using Text = std::back_insert_iterator<std::string>;

void write_counted(const GraphFile& file, const std::string& path, double sign) {
  std::string text = fmt::format("{} {}\n", file.graph.sites, file.graph.bonds.size());
  for (const Bond& bond : file.graph.bonds)
    fmt::format_to(Text(text), "{} {} {}\n", bond.i + 1, bond.j + 1,
                   sign > 0 ? bond.J : 0 - bond.J);
  publish_text(path, text);
}

bool has_free_sites(const Graph& graph) {
  std::vector<bool> is_touched(graph.sites, false);
  for (const Bond& bond : graph.bonds) is_touched[bond.i] = is_touched[bond.j] = true;
  for (std::size_t i = 0; i < graph.field.size(); ++i)
    if (graph.field[i] != 0) is_touched[i] = true;
  return std::ranges::find(is_touched, false) != is_touched.end();
}

/// Between the two ways to say a torus with an extent of 2 stands no file that is read again.
bool has_doubled_bonds(const Graph& graph) {
  std::set<std::pair<Index, Index>> pairs;
  return !std::ranges::all_of(graph.bonds, [&](const Bond& bond) {
    return pairs.insert(std::minmax(bond.i, bond.j)).second;
  });
}

}  // namespace

void refuse_what_is_not_held(const GraphFormat& format, const GraphFile& file) {
  const auto refuse = [&](const std::string& what, const std::string& instead) {
    throw UserError(fmt::format("{} cannot hold {}; take --to {}", format.name, what, instead));
  };
  const auto fields = std::ranges::count_if(file.graph.field, [](double h) { return h != 0; });
  if (fields > 0 && !format.holds_fields)
    refuse(fmt::format("the local fields of {} sites", fields), "text, json, bqm or graphml");
  if (!file.graph.plaquettes.empty() && !format.holds_plaquettes)
    refuse(fmt::format("the {} four-spin terms", file.graph.plaquettes.size()),
           "text, json or hdf5");
  if (!format.states_sites && has_free_sites(file.graph))
    refuse("sites without a bond or a field", "text, json, bqm or graphml");
  if (has_doubled_bonds(file.graph))
    refuse("two bonds of one pair", "nothing: add their couplings");
}

void write_text_graph(const GraphFile& file, const std::string& path) {
  std::string text =
      fmt::format("# H = -sum J s s' - sum K s s s s - sum h s\nN {}\n", file.graph.sites);
  for (const Bond& bond : file.graph.bonds)
    fmt::format_to(Text(text), "{} {} {}\n", bond.i, bond.j, bond.J);
  for (std::size_t i = 0; i < file.graph.field.size(); ++i)
    if (file.graph.field[i] != 0) fmt::format_to(Text(text), "h {} {}\n", i, file.graph.field[i]);
  for (const auto& [s, K] : file.graph.plaquettes)
    fmt::format_to(Text(text), "K {} {} {} {} {}\n", s[0], s[1], s[2], s[3], K);
  publish_text(path, text);
}

void write_csv_graph(const GraphFile& file, const std::string& path) {
  std::string text = "i,j,J\n";
  for (const Bond& bond : file.graph.bonds)
    fmt::format_to(Text(text), "{},{},{}\n", bond.i, bond.j, bond.J);
  publish_text(path, text);
}

void write_rudy_graph(const GraphFile& file, const std::string& path) {
  write_counted(file, path, 1);
}

void write_max_cut_graph(const GraphFile& file, const std::string& path) {
  write_counted(file, path, -1);
}

void write_coo_graph(const GraphFile& file, const std::string& path) {
  std::string text = "# vartype=SPIN\n";
  for (std::size_t i = 0; i < file.graph.field.size(); ++i)
    if (file.graph.field[i] != 0)
      fmt::format_to(Text(text), "{} {} {}\n", i, i, 0 - file.graph.field[i]);
  for (const Bond& bond : file.graph.bonds)
    fmt::format_to(Text(text), "{} {} {}\n", bond.i, bond.j, 0 - bond.J);
  publish_text(path, text);
}

void write_matrix_market(const GraphFile& file, const std::string& path) {
  std::string text = fmt::format("%%MatrixMarket matrix coordinate real symmetric\n{} {} {}\n",
                                 file.graph.sites, file.graph.sites, file.graph.bonds.size());
  for (const Bond& bond : file.graph.bonds)
    fmt::format_to(Text(text), "{} {} {}\n", std::max(bond.i, bond.j) + 1,
                   std::min(bond.i, bond.j) + 1, bond.J);
  publish_text(path, text);
}

}  // namespace nmc::archive
