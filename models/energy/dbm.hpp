#pragma once

#include <memory>
#include <vector>

#include "core/parallel/threads.hpp"
#include "models/energy/rbm.hpp"

namespace nmc {

/// How large a deep machine is and what its units are.
struct DbmShape {
  std::vector<Index> layers{};  ///< units of each: the visible layer, then one hidden layer or more
  Units units = Units::binary;
  bool operator==(const DbmShape&) const = default;
};

/// A deep Boltzmann machine (Salakhutdinov and Hinton, AISTATS 2009) of layers h_0 = v, h_1, …:
///   E = −Σ_l b_l·h_l − Σ_l h_{l−1}ᵀ W_l h_l,
/// of units 0, 1 or ±1. Layers of one parity do not couple to each other, so that it is a
/// restricted machine of the even layers against the odd ones, folded(): its Z, its Gibbs steps
/// and annealing are those of that one. Its numbers are b_0, b_1, …, then W_1, W_2, …, row by row
/// (layer below, layer).
class Dbm final : public Parametric, public Stored {
 public:
  /// All numbers 0. UserError for fewer than two layers, and for one without units.
  explicit Dbm(DbmShape shape);
  /// W normal with standard deviation `width`, biases 0; by Purpose::weights.
  static Dbm random(const DbmShape& shape, double width, std::uint64_t seed);

  [[nodiscard]] const DbmShape& shape() const { return shape_; }
  [[nodiscard]] Index layers() const { return std::ssize(shape_.layers); }
  [[nodiscard]] Index units_of(Index layer) const {
    return shape_.layers[static_cast<std::size_t>(layer)];
  }
  [[nodiscard]] std::span<const double> parameters() const override { return theta_; }
  [[nodiscard]] std::span<double> parameters() override { return theta_; }
  /// Where b of a layer begins among the numbers, and where the W that ends at it does, layer >= 1.
  [[nodiscard]] Index bias_at(Index layer) const;
  [[nodiscard]] Index weights_at(Index layer) const;
  [[nodiscard]] Eigen::Map<const Eigen::VectorXd> b(Index layer) const;
  /// (units of the layer, units of the one below): W transposed.
  [[nodiscard]] Eigen::Map<const Eigen::MatrixXd> W(Index layer) const;

  /// Its visible units are those of layers 0, 2, …, one layer after the other, its hidden ones
  /// those of layers 1, 3, ….
  [[nodiscard]] Rbm folded() const;
  /// Where a layer begins among the units of its parity.
  [[nodiscard]] Index place_in_folded(Index layer) const;
  /// ln Σ_h e^{−E(v, h)} over all hidden layers, (rows): of each row a sum over the states of the
  /// smaller parity that is left. UserError beyond kMostExactUnits of them.
  [[nodiscard]] Column log_visible(const Batch& v, const Threads& threads = Threads{}) const;
  /// Units that such a sum runs over: 0 of one hidden layer.
  [[nodiscard]] Index units_to_sum() const;
  /// b_l + W_lᵀ h_{l−1} + W_{l+1} h_{l+1}, (rows, units of the layer).
  [[nodiscard]] Batch fields(Index layer, const std::vector<Batch>& h) const;

  void write(archive::File& file, const std::string& group) const override;
  static std::unique_ptr<Dbm> read(const archive::File& file, const std::string& group);

 private:
  DbmShape shape_;
  std::vector<double> theta_;
};

/// "6, 4, 3 units 0, 1".
[[nodiscard]] std::string in_words(const DbmShape& shape);

}  // namespace nmc
