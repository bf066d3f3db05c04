#pragma once

#include <span>
#include <vector>

#include "core/batch.hpp"
#include "core/roles/condition.hpp"

namespace nmc {

/// Throws UserError where a range of beta is none, or a network with this beta of its own does not
/// know it.
void check_range(const ConditionRange& range, double own_beta);

/// Numbers b + x c of a network that reads x, beta scaled to -1 … 1: each bias with its slope.
class BetaLines {
 public:
  /// b and then c, as many of each.
  void load(std::span<const double> lines) { lines_.assign(lines.begin(), lines.end()); }
  [[nodiscard]] std::size_t size() const { return lines_.size() / 2; }
  template <class T>
  void read(double x, std::vector<T>& numbers) const {
    numbers.resize(size());
    for (std::size_t k = 0; k < size(); ++k)
      numbers[k] = static_cast<T>(lines_[k] + x * lines_[size() + k]);
  }

 private:
  std::vector<double> lines_;
};

/// The gradient by b, and x times it to that by c, which follows it in grad.
void add_line_grad(double x, std::span<const double> by_number, std::span<double> grad);

}  // namespace nmc
