#include "core/archive/graphs/variables.hpp"

namespace nmc::archive {

std::string graph_group(const std::string& name) {
  return name.empty() ? "/constant_data" : "/constant_data/" + name;
}

GraphVariables::GraphVariables(const Graph& graph) : field_(graph.field) {
  dimensions_.push_back(numbered("bond", std::ssize(graph.bonds)));
  for (const Bond& bond : graph.bonds) {
    i_.push_back(bond.i);
    j_.push_back(bond.j);
    J_.push_back(bond.J);
  }
  if (!field_.empty()) dimensions_.push_back(numbered("site", graph.sites));
  if (graph.plaquettes.empty()) return;
  dimensions_.push_back(numbered("plaquette", std::ssize(graph.plaquettes)));
  dimensions_.push_back(numbered("corner", 4));
  for (const Plaquette& plaquette : graph.plaquettes) {
    corners_.insert(corners_.end(), plaquette.sites.begin(), plaquette.sites.end());
    K_.push_back(plaquette.K);
  }
}

std::vector<Variable> GraphVariables::variables() const {
  const auto integers = [](const std::vector<std::int64_t>& values) {
    return std::span<const std::int64_t>(values);
  };
  const auto reals = [](const std::vector<double>& values) {
    return std::span<const double>(values);
  };
  std::vector<Variable> list{{"bond_i", {"bond"}, integers(i_)},
                             {"bond_j", {"bond"}, integers(j_)},
                             {"J", {"bond"}, reals(J_)}};
  if (!field_.empty()) list.push_back({"field", {"site"}, reals(field_)});
  if (!K_.empty()) {
    list.push_back({"plaquette_site", {"plaquette", "corner"}, integers(corners_)});
    list.push_back({"plaquette_K", {"plaquette"}, reals(K_)});
  }
  return list;
}

}  // namespace nmc::archive
