#pragma once

#include <string>
#include <vector>

#include "core/archive/file.hpp"
#include "core/archive/xarray_group.hpp"
#include "core/spins/graph.hpp"

namespace nmc::archive {

/// "/constant_data/NAME", where a result keeps its graph; the group itself for an empty name.
[[nodiscard]] std::string graph_group(const std::string& name);

/// The variables of a graph with their dimensions, for write_xarray_group(): bond_i, bond_j, J over
/// `bond`; field over `site` and plaquette_site, plaquette_K over `plaquette`, `corner` where there
/// are any. Values are held here: keep it until the group is written. read_graph_file() reads them.
class GraphVariables {
 public:
  explicit GraphVariables(const Graph& graph);
  [[nodiscard]] const std::vector<Dimension>& dimensions() const { return dimensions_; }
  [[nodiscard]] std::vector<Variable> variables() const;

 private:
  std::vector<Dimension> dimensions_;
  std::vector<std::int64_t> i_, j_, corners_;
  std::vector<double> J_, field_, K_;
};

}  // namespace nmc::archive
