#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/archive/graphs/graph_file.hpp"
#include "core/archive/graphs/source.hpp"

/// Between the formats of a graph file and the graph: what was read, and where.
namespace nmc::archive {

struct LocalField {
  Index site = 0;
  double h = 0;
  Index line = 0;  ///< in a text file; 0: entries are counted
};

struct GraphEntries {
  std::string path;
  std::string format;  ///< its name in graph_formats()
  std::vector<Bond> bonds;
  std::vector<Index> lines;  ///< of each bond in a text file; empty: entries are counted
  std::vector<LocalField> field;
  std::vector<Plaquette> plaquettes;
  Index sites = 0;       ///< 0: the file does not say
  Index first_site = 0;  ///< the number that the file gives to site 0
  std::vector<Index> extents;
  Index instances = 1;
  bool has_all_couplings = true;
  double constant = 0;  ///< of the Hamiltonian, beside bonds and fields
  bool has_labels = false;

  /// "graph.txt:7", or "graph.h5: bonds[7]".
  [[nodiscard]] std::string place(std::size_t bond) const;
};

/// Takes the bonds of a file in which all of them bring their coupling, or none does.
class BondColumn {
 public:
  BondColumn(GraphEntries& entries, double common_J) : entries_(entries), common_J_(common_J) {}
  /// `line` 0: the bond has no line of its own. UserError for the first that is not like the
  /// others.
  void add(Index i, Index j, std::optional<double> J, Index line = 0);

 private:
  GraphEntries& entries_;
  double common_J_;
};

/// From the energy sum a v + sum b v v' + c that optimisation minimises to H = -sum J s s' - sum h
/// s
/// + constant. `entries` hold b, a and c. Spins: J = -b, h = -a. Bits v = (1 + s) / 2: J = -b / 4,
/// h = -a / 2 - sum b / 4, constant = c + sum a / 2 + sum b / 4.
void to_hamiltonian(GraphEntries& entries, bool is_binary);

/// UserError where a site has two local fields.
void refuse_doubled_fields(const GraphEntries& entries);

/// Checks that the field, of one entry per site in order, has as many entries as the file or the
/// job states sites, or, where neither does, as bonds and four-spin terms touch; they are the sites
/// then. `name` of the field begins the message.
void count_field(GraphEntries& entries, const GraphQuery& query, const std::string& name);

/// Checks the entries and makes the graph.
[[nodiscard]] GraphFile assemble_graph(GraphEntries entries, const GraphQuery& query);

}  // namespace nmc::archive
