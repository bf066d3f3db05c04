#pragma once

#include <span>
#include <vector>

#include "models/wave/ties.hpp"

namespace nmc {

/// All numbers of a wave function's machine as its chains read them: real parts and, of a complex
/// machine, imaginary ones behind them.
class RbmNumbers {
 public:
  /// UserError as of check().
  explicit RbmNumbers(RbmWaveShape shape);
  /// From the parameters that the ties leave.
  void set(std::span<const double> theta);

  [[nodiscard]] const RbmWaveShape& shape() const { return shape_; }
  [[nodiscard]] const Ties& ties() const { return ties_; }
  [[nodiscard]] Index parts() const { return shape_.is_complex ? 2 : 1; }
  [[nodiscard]] Index parameters() const { return parts() * ties_.parameters; }
  [[nodiscard]] bool has_a() const { return has_a_; }
  [[nodiscard]] double a(Index site, Index part) const {
    return a_[static_cast<std::size_t>(part * shape_.sites + site)];
  }
  /// (hidden), and W (sites, hidden) row by row.
  [[nodiscard]] const double* b(Index part) const { return b_.data() + part * shape_.hidden; }
  [[nodiscard]] const double* W(Index part) const {
    return W_.data() + part * shape_.sites * shape_.hidden;
  }
  /// Of 2 W of site `row`, or of 2 b where it is the number of sites, (parts · hidden).
  [[nodiscard]] const double* cosh(Index row) const { return cosh_.data() + at(row); }
  [[nodiscard]] const double* sinh(Index row) const { return sinh_.data() + at(row); }
  [[nodiscard]] const double* tanh(Index row) const { return tanh_.data() + at(row); }

 private:
  [[nodiscard]] Index at(Index row) const { return row * parts() * shape_.hidden; }
  void make_tables();
  RbmWaveShape shape_;
  Ties ties_;
  std::vector<double> a_, b_, W_, cosh_, sinh_, tanh_;
  bool has_a_ = false;
};

}  // namespace nmc
