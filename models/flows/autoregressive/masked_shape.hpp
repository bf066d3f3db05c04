#pragma once

#include <span>
#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// A masked dense layer (MADE: Germain et al. 2015, arXiv:1502.03509). Inputs and outputs stand in
/// groups, one for each token of a sequence; the outputs of a token read all inputs of the tokens
/// up to it, or before it where the layer is strict. Masked weights do not exist.
class MaskedShape {
 public:
  MaskedShape() = default;
  /// Group t of the inputs is in[t] … in[t + 1] − 1, of the outputs likewise; (tokens + 1) each.
  MaskedShape(std::vector<int> in, std::vector<int> out, bool is_strict);

  [[nodiscard]] int tokens() const { return static_cast<int>(out_.size()) - 1; }
  [[nodiscard]] int inputs() const { return in_.back(); }
  [[nodiscard]] int outputs() const { return out_.back(); }
  [[nodiscard]] int in(int token) const { return in_[static_cast<std::size_t>(token)]; }
  [[nodiscard]] int out(int token) const { return out_[static_cast<std::size_t>(token)]; }
  [[nodiscard]] int group_in(int token) const { return in(token + 1) - in(token); }
  [[nodiscard]] int group_out(int token) const { return out(token + 1) - out(token); }
  /// How many inputs, from the first on, the outputs of a token read.
  [[nodiscard]] int read(int token) const { return in(is_strict_ ? token : token + 1); }
  /// The first output that reads the inputs of a token; all after it do.
  [[nodiscard]] int first_reader(int token) const { return out(is_strict_ ? token + 1 : token); }
  /// Numbers of all weights: row after row, a row of an output of token t having read(t) of them.
  [[nodiscard]] Index weights() const { return forward_.back(); }
  /// Where the rows of a token begin.
  [[nodiscard]] Index forward(int token) const { return forward_[static_cast<std::size_t>(token)]; }
  /// Where the weights by which the inputs of a token are read begin, in transposed order.
  [[nodiscard]] Index backward(int token) const {
    return backward_[static_cast<std::size_t>(token)];
  }
  /// Of each output: where its row begins, (outputs), and how many inputs it reads.
  [[nodiscard]] std::span<const Index> rows() const { return rows_; }
  [[nodiscard]] std::span<const int> reads() const { return reads_; }

 private:
  std::vector<int> in_, out_;
  bool is_strict_ = false;
  std::vector<Index> forward_, backward_;
  std::vector<Index> rows_;
  std::vector<int> reads_;
};

/// The weights of a masked layer in the precision of the kernels: of each token a matrix in the
/// order of simd::dense, at MaskedShape::forward() and backward().
template <class T>
struct MaskedWeights {
  std::vector<T> forward, backward;
};

/// From the rows of a shape, (weights).
void pack_masked(const MaskedShape& shape, const double* rows, MaskedWeights<float>& packed);
void pack_masked(const MaskedShape& shape, const double* rows, MaskedWeights<double>& packed);

}  // namespace nmc
