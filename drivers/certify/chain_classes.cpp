#include "drivers/certify/chain_classes.hpp"

#include <algorithm>
#include <numeric>

namespace nmc::certify {
namespace {

using Node = std::uint32_t;

/// Strongly connected components without recursion: `of` numbers them so that no arrow leads from a
/// lower number to a higher one.
class Components {
 public:
  explicit Components(const Successors& next)
      : of(next.size(), kNone), next_(next), number_(next.size(), kNone), low_(next.size(), 0) {
    for (Node root = 0; root < next.size(); ++root)
      if (number_[root] == kNone) visit(root);
  }
  std::vector<Node> of;
  Node count = 0;

 private:
  static constexpr Node kNone = ~Node{0};
  struct Frame {
    Node node;
    std::size_t arrow;
  };

  void enter(Node node) {
    number_[node] = low_[node] = seen_++;
    open_.push_back(node);
    path_.push_back({node, 0});
  }

  void visit(Node root) {
    enter(root);
    while (!path_.empty()) {
      Frame& here = path_.back();
      if (here.arrow < next_[here.node].size()) {
        const Node to = next_[here.node][here.arrow++];
        if (number_[to] == kNone)
          enter(to);
        else if (of[to] == kNone)
          low_[here.node] = std::min(low_[here.node], number_[to]);
        continue;
      }
      leave(here.node);
    }
  }

  void leave(Node node) {
    path_.pop_back();
    if (!path_.empty()) low_[path_.back().node] = std::min(low_[path_.back().node], low_[node]);
    if (low_[node] != number_[node]) return;
    for (Node last = kNone; last != node; open_.pop_back()) {
      last = open_.back();
      of[last] = count;
    }
    ++count;
  }

  const Successors& next_;
  std::vector<Node> number_, low_, open_;
  std::vector<Frame> path_;
  Node seen_ = 0;
};

/// gcd of level(from) + 1 − level(to) over the arrows of one class, level the distance from
/// `start`.
Index period_of(const Successors& next, Node start) {
  std::vector<Index> level(next.size(), -1);
  std::vector<Node> queue{start};
  level[start] = 0;
  Index period = 0;
  for (std::size_t head = 0; head < queue.size(); ++head)
    for (const Node to : next[queue[head]]) {
      if (level[to] < 0) {
        level[to] = level[queue[head]] + 1;
        queue.push_back(to);
      }
      period = std::gcd(period, level[queue[head]] + 1 - level[to]);
    }
  return period;
}

/// Whether the bipartite graph of states before and after a step is connected.
bool is_linked(const Successors& next) {
  std::vector<Node> parent(2 * next.size());
  std::iota(parent.begin(), parent.end(), 0U);
  const auto root = [&](Node node) {
    while (parent[node] != node) node = parent[node] = parent[parent[node]];
    return node;
  };
  std::size_t trees = parent.size();
  for (Node from = 0; from < next.size(); ++from)
    for (const Node to : next[from]) {
      const Node a = root(from), b = root(static_cast<Node>(next.size()) + to);
      if (a == b) continue;
      parent[a] = b;
      --trees;
    }
  return trees == 1;
}

}  // namespace

Successors successors(const Eigen::MatrixXd& P) {
  Successors next(static_cast<std::size_t>(P.rows()));
  for (Index from = 0; from < P.rows(); ++from)
    for (Index to = 0; to < P.cols(); ++to)
      if (P(from, to) > 0) next[static_cast<std::size_t>(from)].push_back(static_cast<Node>(to));
  return next;
}

Successors then(const Successors& first, const Successors& second) {
  Successors next(first.size());
  std::vector<Node> seen(second.size(), 0);
  for (Node from = 0; from < first.size(); ++from) {
    for (const Node middle : first[from]) {
      if (next[from].size() == second.size()) break;
      for (const Node to : second[middle]) {
        if (seen[to] == from + 1) continue;
        seen[to] = from + 1;
        next[from].push_back(to);
      }
    }
    std::ranges::sort(next[from]);
  }
  return next;
}

Successors beside(const Successors& first, const Successors& second) {
  const auto width = static_cast<Node>(first.size());
  Successors next(first.size() * second.size());
  for (Node b = 0; b < second.size(); ++b)
    for (Node a = 0; a < width; ++a)
      for (const Node to_b : second[b])
        for (const Node to_a : first[a]) next[b * width + a].push_back(to_b * width + to_a);
  return next;
}

ChainClasses classes_of(const Successors& next) {
  const Components components(next);
  std::vector<bool> is_left(components.count, false);
  for (Node from = 0; from < next.size(); ++from)
    for (const Node to : next[from])
      if (components.of[from] != components.of[to]) is_left[components.of[from]] = true;
  ChainClasses classes;
  classes.closed = std::ranges::count(is_left, false);
  for (Node state = 0; state < next.size(); ++state) {
    if (is_left[components.of[state]])
      ++classes.transients;
    else if (classes.period == 0)
      classes.period = period_of(next, state);
  }
  classes.is_linked = is_linked(next);
  return classes;
}

}  // namespace nmc::certify
