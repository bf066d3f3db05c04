#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/roles/pair_labels.hpp"

namespace nmc {

/// What cluster walks need of labels on a graph. Let R be an involution of the labels that leaves
/// the pair energy e as it is. Of the sites as they are and those after R, the bond i-j tells
/// whether one end alone is turned: it is there with probability
///   1 − exp(−β max(0, J [e(R s_i, s_j) − e(s_i, s_j)])),
/// and clusters of such bonds turn as a whole (Wolff 1989). J may have any sign: with J < 0 and R a
/// transposition of two labels this is the walk of Wang, Swendsen and Kotecky (1989). Fields are
/// bonds to a ghost that never turns.
class LabelBonds {
 public:
  explicit LabelBonds(const PairLabels& target);

  [[nodiscard]] Index sites() const { return graph_.sites; }
  [[nodiscard]] Index states() const { return coupling_.states; }
  [[nodiscard]] bool is_permutable() const { return coupling_.is_permutable; }
  /// Whether all labels of equal neighbours lower the energy alike, and fields favour label 0: then
  /// clusters of equal labels may take any label (Fortuin and Kasteleyn 1972).
  [[nodiscard]] bool is_random_cluster() const { return is_random_cluster_; }

  /// The bonds at site i are first(i) ... first(i + 1) − 1; those to sites before i come first, up
  /// to middle(i).
  [[nodiscard]] std::size_t first(std::size_t i) const { return first_[i]; }
  [[nodiscard]] std::size_t middle(std::size_t i) const { return middle_[i]; }
  [[nodiscard]] std::uint32_t neighbour(std::size_t n) const { return neighbour_[n]; }
  /// Of bond n with labels a here and b there, a going to `image`: random words below it make it
  /// part of the cluster; 0 where it never is.
  [[nodiscard]] std::uint64_t threshold(std::size_t n, Index a, Index image, Index b) const {
    if (table_.empty()) return worked_out(n, a, image, b);
    const Index q = coupling_.states;
    return table_[static_cast<std::size_t>(((kind_[n] * q + a) * q + image) * q + b)];
  }
  /// Of equal labels at both ends of bond n of a random cluster.
  [[nodiscard]] std::uint64_t threshold_of_equals(std::size_t n) const { return equals_[n]; }

  [[nodiscard]] bool has_field() const { return !graph_.field.empty(); }
  /// The cost at site i, in units of the temperature, of label `image` in place of a.
  [[nodiscard]] double ghost(std::size_t i, Index a, Index image) const {
    return beta_ * (graph_.field[i] * (coupling_.v(image) - coupling_.v(a)));
  }

 private:
  void list_neighbours();
  void fill_table();
  [[nodiscard]] std::uint64_t worked_out(std::size_t n, Index a, Index image, Index b) const;

  const Graph& graph_;
  LabelCoupling coupling_;
  double beta_;
  bool is_random_cluster_ = false;
  std::vector<std::size_t> first_, middle_;
  std::vector<std::uint32_t> neighbour_;
  std::vector<double> J_;
  std::vector<std::uint64_t> equals_;
  std::vector<Index> kind_;           ///< of every bond, its coupling's number
  std::vector<std::uint64_t> table_;  ///< (kinds, q, q, q); empty where that is too large
};

/// An involution of the labels that leaves their pair energy as it is: image of every label.
template <class Random>
class LabelInvolution {
 public:
  explicit LabelInvolution(const LabelBonds& bonds)
      : bonds_(bonds), image_(static_cast<std::size_t>(bonds.states())) {}

  [[nodiscard]] Index operator()(Index label) const {
    return image_[static_cast<std::size_t>(label)];
  }

  /// One for a cluster that begins with label a: its transposition with another label, or a
  /// reflection. As likely seen from the image of a.
  void draw_for(Index a, Random& random) {
    const auto q = static_cast<std::uint64_t>(bonds_.states());
    if (!bonds_.is_permutable()) return reflect(random);
    const auto other = static_cast<Index>(random.below(q - 1));
    const Index b = other + (other >= a ? 1 : 0);
    for (Index s = 0; s < bonds_.states(); ++s)
      image_[static_cast<std::size_t>(s)] = s == a ? b : (s == b ? a : s);
  }
  /// One for all labels: a random pairing of them, or a reflection.
  void draw(Random& random) {
    if (!bonds_.is_permutable()) return reflect(random);
    std::vector<Index> left;
    for (Index s = 0; s < bonds_.states(); ++s) left.push_back(s);
    const auto take = [&] {
      const auto at = static_cast<std::ptrdiff_t>(random.below(left.size()));
      const Index label = left[static_cast<std::size_t>(at)];
      left.erase(left.begin() + at);
      return label;
    };
    while (left.size() > 1) {
      const Index a = take(), b = take();
      image_[static_cast<std::size_t>(a)] = b;
      image_[static_cast<std::size_t>(b)] = a;
    }
    if (left.size() == 1) image_[static_cast<std::size_t>(left[0])] = left[0];
  }

 private:
  void reflect(Random& random) {
    const Index q = bonds_.states();
    const auto k = static_cast<Index>(random.below(static_cast<std::uint64_t>(q)));
    for (Index s = 0; s < q; ++s) image_[static_cast<std::size_t>(s)] = (k - s + q) % q;
  }

  const LabelBonds& bonds_;
  std::vector<Index> image_;
};

}  // namespace nmc
