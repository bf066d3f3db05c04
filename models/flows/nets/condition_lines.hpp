#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// Numbers a + Σ_k x_k c_k of a layer that reads the numbers x of a condition: each one with its
/// slopes. Parameters: a (numbers), then c (conditions, numbers) row-major.
class ConditionLines {
 public:
  ConditionLines(Index numbers, Index conditions)
      : numbers_(static_cast<std::size_t>(numbers)),
        conditions_(static_cast<std::size_t>(conditions)),
        all_(numbers_ * (1 + conditions_)) {}

  [[nodiscard]] Index numbers() const { return static_cast<Index>(numbers_); }
  [[nodiscard]] Index conditions() const { return static_cast<Index>(conditions_); }
  [[nodiscard]] Index parameter_count() const { return static_cast<Index>(all_.size()); }
  [[nodiscard]] std::span<const double> parameters() const { return all_; }
  void load(std::span<const double> parameters) {
    all_.assign(parameters.begin(), parameters.end());
  }
  /// The numbers at x, (numbers).
  [[nodiscard]] std::vector<double> at(const double* x) const;
  /// Adds the gradient by number i at x to that by the parameters.
  void add_grad(Index i, double by_number, const double* x, double* grad) const;

 private:
  std::size_t numbers_, conditions_;
  std::vector<double> all_;
};

}  // namespace nmc
