#include <array>
#include <cmath>
#include <utility>

#include "models/autoregressive/model_fields.hpp"
#include "models/tensor_networks/tensor_network.hpp"

namespace nmc {
namespace {

using archive::File;

/// Of a lattice that could be contracted: 4096 squared.
constexpr Index kMostSites = Index{1} << 24;

void write_graph(File& file, const std::string& group, const Graph& graph) {
  std::vector<std::int64_t> ends, corners;
  std::vector<double> J, K;
  for (const Bond& bond : graph.bonds) {
    ends.insert(ends.end(), {bond.i, bond.j});
    J.push_back(bond.J);
  }
  file.write(group + "/bonds", {std::ssize(J), 2}, ends);
  file.write(group + "/J", {std::ssize(J)}, J);
  if (!graph.field.empty()) file.write(group + "/field", {graph.sites}, graph.field);
  if (graph.plaquettes.empty()) return;
  for (const Plaquette& plaquette : graph.plaquettes) {
    corners.insert(corners.end(), plaquette.sites.begin(), plaquette.sites.end());
    K.push_back(plaquette.K);
  }
  file.write(group + "/plaquettes", {std::ssize(K), 4}, corners);
  file.write(group + "/K", {std::ssize(K)}, K);
}

Graph read_graph(const ModelFields& fields, const std::string& group, Index sites) {
  Graph graph;
  graph.sites = sites;
  const std::vector<double> J = fields.doubles(group + "/J", -1);
  const std::vector<Index> ends = fields.ints(group + "/bonds", std::ssize(J), 2);
  for (std::size_t b = 0; b < J.size(); ++b)
    graph.bonds.push_back({ends[2 * b], ends[2 * b + 1], J[b]});
  if (fields.has(group + "/field")) graph.field = fields.doubles(group + "/field", sites);
  if (!fields.has(group + "/K")) return graph;
  const std::vector<double> K = fields.doubles(group + "/K", -1);
  const std::vector<Index> corners = fields.ints(group + "/plaquettes", std::ssize(K), 4);
  for (std::size_t p = 0; p < K.size(); ++p)
    graph.plaquettes.push_back(
        {{corners[4 * p], corners[4 * p + 1], corners[4 * p + 2], corners[4 * p + 3]}, K[p]});
  return graph;
}

/// The energies of two labels on a bond, and of one in a field.
LabelCoupling read_labels(const ModelFields& fields, const std::string& group) {
  LabelCoupling labels;
  labels.single = fields.doubles(group + "/single", -1);
  labels.states = std::ssize(labels.single);
  labels.pair = fields.doubles(group + "/pair", labels.states, labels.states);
  return labels;
}

}  // namespace

void TensorNetwork::write(File& file, const std::string& group) const {
  file.set_attribute(group, "type", "tensor_network");
  file.set_attribute(group, "sites", static_cast<std::int64_t>(sites()));
  file.set_attribute(group, "chi", static_cast<std::int64_t>(spec_.chi));
  write_numbers(file, group + "/extents", spec_.extents);
  file.create_group(group + "/couplings");
  file.set_attribute(group + "/couplings", "beta", beta_);
  write_graph(file, group + "/couplings", spec_.graph);
  if (!spec_.labels) return;
  const Index q = spec_.labels->states;
  file.write(group + "/couplings/pair", {q, q}, spec_.labels->pair);
  file.write(group + "/couplings/single", {q}, spec_.labels->single);
}

std::unique_ptr<Autoregressive> TensorNetwork::read(const File& file, const std::string& group) {
  const ModelFields fields(file, group);
  fields.refuse_others(group,
                       {{"type", "name", "sites", "chi"}, {"extents", "couplings", "symmetry"}});
  const std::string couplings = group + "/couplings";
  fields.refuse_others(couplings,
                       {{"beta"}, {"bonds", "J", "field", "plaquettes", "K", "pair", "single"}});
  TensorNetworkSpec spec;
  spec.chi = fields.count(group, "chi", Index{1} << 20);
  spec.extents = fields.ints(group + "/extents", -1);
  spec.graph = read_graph(fields, couplings, fields.count(group, "sites", kMostSites));
  if (fields.has(couplings + "/single")) spec.labels = read_labels(fields, couplings);
  const double beta = fields.number(couplings, "beta");
  std::unique_ptr<TensorNetwork> model;
  fields.hold_together([&] {
    check(spec.graph);
    if (spec.labels) check(*spec.labels);
    model = std::make_unique<TensorNetwork>(std::move(spec), beta);
  });
  return model;
}

}  // namespace nmc
