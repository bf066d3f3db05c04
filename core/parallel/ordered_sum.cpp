#include "core/parallel/ordered_sum.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <optional>
#include <utility>

namespace nmc {
namespace {

/// Where the tree over [first, first + count) is cut: the largest power of two below count goes
/// left, so that the shape depends on the global chunk numbers alone.
struct Halves {
  Range left, right;
};
Halves halves_of(Range tree) {
  const auto left = static_cast<Index>(std::bit_floor(static_cast<std::size_t>(tree.count - 1)));
  return {{tree.first, left}, {tree.first + left, tree.count - left}};
}

/// The two of which one is `node`, below `tree`, which is larger.
Halves pair_of(Range tree, Range node) {
  const Halves halves = halves_of(tree);
  if (halves.left == node || halves.right == node) return halves;
  return pair_of(node.first < halves.right.first ? halves.left : halves.right, node);
}

/// The largest subtrees that lie in `owned`, in order. `tree` is the node to start from.
void maximal_nodes(Range tree, Range owned, std::vector<Range>& nodes) {
  if (tree.end() <= owned.first || owned.end() <= tree.first) return;
  if (owned.first <= tree.first && tree.end() <= owned.end()) {
    nodes.push_back(tree);
    return;
  }
  const Halves halves = halves_of(tree);
  maximal_nodes(halves.left, owned, nodes);
  maximal_nodes(halves.right, owned, nodes);
}

std::vector<Range> nodes_of(Index chunks, Range owned) {
  std::vector<Range> nodes;
  if (owned.count > 0) maximal_nodes({0, chunks}, owned, nodes);
  return nodes;
}

void add_to(double* into, const double* from, Index count) {
  for (Index i = 0; i < count; ++i) into[i] += from[i];
}

/// Adds what is there up to the sum of `tree`, which ends in its first leaf. leaf(node) points to
/// the numbers of a subtree that has been added up, which may be none; nothing where it has not.
template <class Leaf>
double* add_tree(Range tree, const Leaf& leaf, Index count) {
  if (const std::optional<double*> sum = leaf(tree)) return *sum;
  const Halves halves = halves_of(tree);
  double* const into = add_tree(halves.left, leaf, count);
  add_to(into, add_tree(halves.right, leaf, count), count);
  return into;
}

/// What rank sums are sent as: cut into the slices of all ranks, each slice contiguous.
std::vector<double> cut_into_slices(int ranks, std::span<const double* const> sums, Index width) {
  std::vector<double> cut;
  cut.reserve(sums.size() * static_cast<std::size_t>(width));
  for (int rank = 0; rank < ranks; ++rank) {
    const Range slice = share(width, ranks, rank);
    for (const double* const sum : sums)
      cut.insert(cut.end(), sum + slice.first, sum + slice.end());
  }
  return cut;
}

}  // namespace

void OrderedSum::begin(const Workers& workers, Index chunks, Index width) {
  assert(chunks > 0);
  if (width != width_) free_.clear();
  for (Node& node : waiting_)
    if (width == width_) free_.push_back(std::move(node.sum));
  waiting_.clear();
  workers_ = workers;
  chunks_ = chunks;
  width_ = width;
  owned_ = workers.ranks->share(chunks);
  begun_ = 0;
}

std::vector<double> OrderedSum::zeros() {
  std::vector<double> room;
  {
    const std::scoped_lock lock(mutex_);
    ++begun_;
    if (!free_.empty()) {
      room = std::move(free_.back());
      free_.pop_back();
    }
  }
  room.assign(static_cast<std::size_t>(width_), 0.0);
  return room;
}

// Once all contributions have been asked for, no memory is saved by adding them at once, and
// finish() has all threads for it.
void OrderedSum::add(Index chunk, std::vector<double> values) {
  Node node{{owned_.first + chunk, 1}, std::move(values)};
  while (true) {
    Node other;
    {
      const std::scoped_lock lock(mutex_);
      const bool is_root = node.tree == Range{0, chunks_};
      const Halves pair = is_root ? Halves{} : pair_of({0, chunks_}, node.tree);
      const Range sibling = pair.left == node.tree ? pair.right : pair.left;
      const auto found = std::ranges::find(waiting_, sibling, &Node::tree);
      if (is_root || begun_ == owned_.count || found == waiting_.end()) {
        waiting_.push_back(std::move(node));
        return;
      }
      other = std::move(*found);
      waiting_.erase(found);
    }
    if (other.tree.first < node.tree.first) std::swap(node, other);
    add_to(node.sum.data(), other.sum.data(), width_);
    node.tree.count += other.tree.count;
    const std::scoped_lock lock(mutex_);
    free_.push_back(std::move(other.sum));
  }
}

/// Adds up what waits below `node`, in slices on all threads.
void OrderedSum::add_slices(Range node) {
  // Below this length a second thread costs more than it saves.
  constexpr Index kLeast = 4096;
  const Index tasks = std::clamp<Index>(width_ / kLeast, 1, workers_.threads->count());
  workers_.threads->for_each(tasks, [&](Index task) {
    const Range slice = share(width_, tasks, task);
    const auto leaf = [&](Range tree) -> std::optional<double*> {
      const auto found = std::ranges::find(waiting_, tree, &Node::tree);
      if (found == waiting_.end()) return std::nullopt;
      return found->sum.data() + slice.first;
    };
    add_tree(node, leaf, slice.count);
  });
  // The sum is in the first leaf; the others have been read.
  const auto first = std::ranges::find_if(
      waiting_, [&](const Node& leaf) { return leaf.tree.first == node.first; });
  first->tree = node;
  const auto read = std::partition(waiting_.begin(), waiting_.end(), [&](const Node& leaf) {
    return leaf.tree == node || leaf.tree.end() <= node.first || node.end() <= leaf.tree.first;
  });
  for (auto leaf = read; leaf != waiting_.end(); ++leaf) free_.push_back(std::move(leaf->sum));
  waiting_.erase(read, waiting_.end());
}

/// Each rank adds the node sums of all ranks on its slice of the numbers; the slices are gathered.
void OrderedSum::combine() {
  const Ranks& ranks = *workers_.ranks;
  const Index slice = ranks.share(width_).count;
  std::vector<Range> nodes;  // of all ranks, in order
  std::vector<int> send_counts, receive_counts, slices;
  const auto own = static_cast<int>(waiting_.size());
  for (int rank = 0; rank < ranks.size(); ++rank) {
    const std::vector<Range> theirs = nodes_of(chunks_, share(chunks_, ranks.size(), rank));
    nodes.insert(nodes.end(), theirs.begin(), theirs.end());
    slices.push_back(static_cast<int>(share(width_, ranks.size(), rank).count));
    send_counts.push_back(slices.back() * own);
    receive_counts.push_back(static_cast<int>(slice) * static_cast<int>(theirs.size()));
  }
  std::ranges::sort(waiting_, {}, [](const Node& node) { return node.tree.first; });
  std::vector<const double*> sums;
  for (const Node& node : waiting_) sums.push_back(node.sum.data());
  std::vector<double> received(nodes.size() * static_cast<std::size_t>(slice));
  ranks.exchange(cut_into_slices(ranks.size(), sums, width_), send_counts, received,
                 receive_counts);
  const auto leaf = [&](Range tree) -> std::optional<double*> {
    const auto node = std::ranges::find(nodes, tree);
    if (node == nodes.end()) return std::nullopt;
    return received.data() + (node - nodes.begin()) * slice;
  };
  const double* const sum = add_tree({0, chunks_}, leaf, slice);
  Node total{{0, chunks_}, zeros()};
  ranks.gather_slices({sum, static_cast<std::size_t>(slice)}, total.sum, slices);
  waiting_.push_back(std::move(total));
}

std::span<double> OrderedSum::finish() {
  for (const Range node : nodes_of(chunks_, owned_)) add_slices(node);
  if (workers_.ranks->size() > 1) combine();
  return waiting_.back().sum;
}

}  // namespace nmc
