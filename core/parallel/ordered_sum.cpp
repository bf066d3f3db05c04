#include "core/parallel/ordered_sum.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <vector>

namespace nmc {
namespace {

/// Where the tree over [first, first + count) is cut: the largest power of two below count goes
/// left, so that the shape depends on the global chunk numbers alone.
Index left_count(Index count) {
  return static_cast<Index>(std::bit_floor(static_cast<std::size_t>(count - 1)));
}

/// The largest subtrees that lie in `owned`, in order. `tree` is the node to start from.
void maximal_nodes(Range tree, Range owned, std::vector<Range>& nodes) {
  if (tree.end() <= owned.first || owned.end() <= tree.first) return;
  if (owned.first <= tree.first && tree.end() <= owned.end()) {
    nodes.push_back(tree);
    return;
  }
  const Index left = left_count(tree.count);
  maximal_nodes({tree.first, left}, owned, nodes);
  maximal_nodes({tree.first + left, tree.count - left}, owned, nodes);
}

/// Adds the leaves of `tree` in its shape; the sum ends in the first leaf. leaf(i) points to the
/// numbers of chunk i, `slice` says which of them are added.
template <class Leaf>
void add_tree(Range tree, const Leaf& leaf, Range slice) {
  if (tree.count < 2) return;
  const Index left = left_count(tree.count);
  add_tree({tree.first, left}, leaf, slice);
  add_tree({tree.first + left, tree.count - left}, leaf, slice);
  double* into = leaf(tree.first) + slice.first;
  const double* from = leaf(tree.first + left) + slice.first;
  for (Index i = 0; i < slice.count; ++i) into[i] += from[i];
}

/// Adds the subtrees that rank sums stand for: as add_tree, with `nodes` as the leaves, numbered by
/// their first chunk. A node that is a leaf here has been added up by its owner.
template <class Leaf>
void add_nodes(Range tree, std::span<const Range> nodes, const Leaf& leaf, Index count) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i] == tree) return;
  }
  const Index left = left_count(tree.count);
  const Range right{tree.first + left, tree.count - left};
  add_nodes({tree.first, left}, nodes, leaf, count);
  add_nodes(right, nodes, leaf, count);
  double* into = leaf(tree.first);
  const double* from = leaf(right.first);
  for (Index i = 0; i < count; ++i) into[i] += from[i];
}

/// The node sums of this rank, cut into the slices of all ranks, each slice contiguous.
std::vector<double> cut_into_slices(const Ranks& ranks, std::span<const double> values,
                                    std::span<const Index> leaves, Index width) {
  std::vector<double> cut;
  cut.reserve(leaves.size() * static_cast<std::size_t>(width));
  for (int rank = 0; rank < ranks.size(); ++rank) {
    const Range slice = share(width, ranks.size(), rank);
    for (const Index leaf : leaves) {
      const auto first = values.begin() + leaf * width + slice.first;
      cut.insert(cut.end(), first, first + slice.count);
    }
  }
  return cut;
}

struct Plan {
  std::vector<Range> nodes;        ///< of all ranks, in order
  std::vector<int> nodes_of_rank;  ///< how many each rank owns
  std::vector<Index> leaves;       ///< of this rank: position of each node's sum in `values`
};

Plan make_plan(const Ranks& ranks, Index chunks) {
  Plan plan;
  for (int rank = 0; rank < ranks.size(); ++rank) {
    const Range owned = share(chunks, ranks.size(), rank);
    const std::size_t before = plan.nodes.size();
    if (owned.count > 0) maximal_nodes({0, chunks}, owned, plan.nodes);
    plan.nodes_of_rank.push_back(static_cast<int>(plan.nodes.size() - before));
    if (rank != ranks.rank()) continue;
    for (std::size_t i = before; i < plan.nodes.size(); ++i) {
      plan.leaves.push_back(plan.nodes[i].first - owned.first);
    }
  }
  return plan;
}

/// Each rank adds the node sums of all ranks on its slice of the numbers; the slices are gathered.
void combine(const Ranks& ranks, const Plan& plan, std::span<const double> values,
             std::span<double> total) {
  const auto width = static_cast<Index>(total.size());
  const Index slice = ranks.share(width).count;
  std::vector<int> send_counts, receive_counts, slices;
  for (int rank = 0; rank < ranks.size(); ++rank) {
    slices.push_back(static_cast<int>(share(width, ranks.size(), rank).count));
    send_counts.push_back(slices.back() * static_cast<int>(plan.leaves.size()));
    receive_counts.push_back(static_cast<int>(slice) *
                             plan.nodes_of_rank[static_cast<std::size_t>(rank)]);
  }
  std::vector<double> nodes(plan.nodes.size() * static_cast<std::size_t>(slice));
  ranks.exchange(cut_into_slices(ranks, values, plan.leaves, width), send_counts, nodes,
                 receive_counts);
  const auto leaf = [&](Index first_chunk) {
    const auto node = std::find_if(plan.nodes.begin(), plan.nodes.end(),
                                   [&](const Range& n) { return n.first == first_chunk; });
    return nodes.data() + (node - plan.nodes.begin()) * slice;
  };
  const Range& last = plan.nodes.back();
  add_nodes({0, last.end()}, plan.nodes, leaf, slice);
  ranks.gather_slices(std::span(nodes).first(static_cast<std::size_t>(slice)), total, slices);
}

}  // namespace

void ordered_sum(const Workers& workers, Index chunks, std::span<double> values,
                 std::span<double> total) {
  const Ranks& ranks = *workers.ranks;
  const Threads& threads = *workers.threads;
  const auto width = static_cast<Index>(total.size());
  const Range owned = ranks.share(chunks);
  assert(static_cast<Index>(values.size()) == owned.count * width);
  assert(chunks > 0);
  const Plan plan = make_plan(ranks, chunks);
  const auto leaf = [&](Index chunk) { return values.data() + (chunk - owned.first) * width; };
  // Below this length a second thread costs more than it saves.
  constexpr Index numbers_per_task = 4096;
  const Index tasks =
      std::max<Index>(1, std::min<Index>(threads.count(), width / numbers_per_task));
  threads.for_each(tasks, [&](Index task) {
    for (const Range& node : plan.nodes) {
      const bool is_owned = node.first >= owned.first && node.end() <= owned.end();
      if (is_owned) add_tree(node, leaf, share(width, tasks, task));
    }
  });
  if (ranks.size() == 1) {
    std::copy_n(values.begin(), width, total.begin());
  } else {
    combine(ranks, plan, values, total);
  }
}

}  // namespace nmc
