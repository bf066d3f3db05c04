#include "models/born_machines/tree_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/errors.hpp"
#include "models/autoregressive/site_order.hpp"

namespace nmc {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The joint over some leaves, or the leaf.
Index join(std::vector<TreeNode>& nodes, Index first, Index leaves) {
  if (leaves == 1) return first;
  const Index half = (leaves + 1) / 2;
  TreeNode node;
  node.left = join(nodes, first, half);
  node.right = join(nodes, first + half, leaves - half);
  node.first = first;
  node.leaves = leaves;
  const Index own = std::ssize(nodes);
  nodes[static_cast<std::size_t>(node.left)].up = own;
  nodes[static_cast<std::size_t>(node.right)].up = own;
  nodes.push_back(node);
  return own;
}

/// A box of a lattice.
struct Box {
  std::vector<Index> from, size;
};

void add_sites(const std::vector<Index>& extents, const Box& box, std::vector<Index>& order) {
  const auto longest = std::ranges::max_element(box.size);
  if (*longest == 1) {
    Index site = 0;
    for (std::size_t axis = extents.size(); axis-- > 0;)
      site = site * extents[axis] + box.from[axis];
    order.push_back(site);
    return;
  }
  const auto axis = static_cast<std::size_t>(longest - box.size.begin());
  Box near = box, far = box;
  near.size[axis] = (box.size[axis] + 1) / 2;
  far.from[axis] += near.size[axis];
  far.size[axis] -= near.size[axis];
  add_sites(extents, near, order);
  add_sites(extents, far, order);
}

}  // namespace

std::vector<TreeNode> halved_tree(Index sites) {
  std::vector<TreeNode> nodes(static_cast<std::size_t>(sites));
  for (Index leaf = 0; leaf < sites; ++leaf) nodes[static_cast<std::size_t>(leaf)].first = leaf;
  join(nodes, 0, sites);
  return nodes;
}

Index TreeSpec::parameter_count() const {
  Index count = 0;
  const std::vector<TreeNode> nodes = halved_tree(sites);
  for (Index node = sites; node < std::ssize(nodes); ++node) {
    const TreeNode& joint = nodes[static_cast<std::size_t>(node)];
    count += bond(joint.left) * bond(joint.right) * bond(node);
  }
  return count;
}

std::vector<Index> full_tree_bonds(Index sites, Index chi) {
  constexpr Index kMostShift = 40;  // beyond any chi
  std::vector<Index> bonds;
  for (const TreeNode& node : halved_tree(sites))
    bonds.push_back(
        node.leaves == 1
            ? 2
            : std::min(chi, Index{1} << std::min({node.leaves, sites - node.leaves, kMostShift})));
  return bonds;
}

std::vector<Index> bisected_order(const std::vector<Index>& extents) {
  std::vector<Index> order;
  add_sites(extents, {std::vector<Index>(extents.size(), 0), extents}, order);
  return order;
}

void check(const TreeSpec& spec) {
  require(spec.sites >= 2, fmt::format("a tree of {} spins: it joins two at least", spec.sites));
  require(spec.chi >= 1, fmt::format("chi = {}: a bond has one dimension at least; 16 is a good "
                                     "beginning",
                                     spec.chi));
  check_order(spec.order, spec.sites);
  const std::vector<TreeNode> nodes = halved_tree(spec.sites);
  require(spec.bonds.size() == nodes.size(),
          fmt::format("{} bonds of a tree over {} spins: there is one above each of its {} nodes",
                      spec.bonds.size(), spec.sites, nodes.size()));
  for (std::size_t node = 0; node < nodes.size(); ++node) {
    const Index bond = spec.bonds[node];
    require(bond >= 1, fmt::format("a bond of {}: each has one dimension at least", bond));
    require(nodes[node].leaves > 1 || bond == 2,
            fmt::format("a bond of {} above a spin, which has two values", bond));
  }
  require(spec.bonds.back() == 1,
          fmt::format("a bond of {} above the root, which nothing is above", spec.bonds.back()));
}

TreeTensors unpack(const TreeSpec& spec, std::span<const double> numbers) {
  TreeTensors tensors;
  const std::vector<TreeNode> nodes = halved_tree(spec.sites);
  const double* at = numbers.data();
  for (Index node = spec.sites; node < std::ssize(nodes); ++node) {
    const TreeNode& joint = nodes[static_cast<std::size_t>(node)];
    const Index rows = spec.bond(joint.left) * spec.bond(joint.right), up = spec.bond(node);
    tensors.emplace_back(Eigen::Map<const RowMajor>(at, rows, up));
    at += rows * up;
  }
  return tensors;
}

std::vector<double> pack(const TreeTensors& tensors) {
  std::vector<double> numbers;
  for (const Eigen::MatrixXd& T : tensors)
    for (Index row = 0; row < T.rows(); ++row)
      for (Index column = 0; column < T.cols(); ++column) numbers.push_back(T(row, column));
  return numbers;
}

}  // namespace nmc
