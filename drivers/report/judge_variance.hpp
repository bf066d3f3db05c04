#pragma once

#include <optional>
#include <vector>

#include "drivers/report/finding.hpp"
#include "drivers/report/run_file.hpp"

namespace nmc::drivers {

/// Of a wave function: whether few draws carry much of the variance of the local energy. Places
/// with ψ near 0 and Hψ not, as signs have and positive ψ of states with signs, give it |Hψ|²
/// however rarely they are drawn, so that it is mostly too small, by more than its error says.
/// Whether chains hardly move, though the energy is not the exact one, where that is known: few
/// configurations say nothing of ψ; and whether it lies far above the exact one. Empty where
/// energy2 was not measured.
[[nodiscard]] Findings judge_variance(const RunFile& run,
                                      const std::optional<double>& exact = std::nullopt);

/// What the largest of many numbers >= 0 carry of their sum: ten, of fewer than ten thousand the
/// largest in a thousand, one at least.
class LargestShare {
 public:
  explicit LargestShare(Index numbers);
  void add(const Column& x);
  [[nodiscard]] Index count() const { return count_; }
  [[nodiscard]] double sum() const { return sum_; }
  /// Not a number where all are 0.
  [[nodiscard]] double share() const;

 private:
  Index count_;
  double sum_ = 0;
  std::vector<double> largest_;  ///< in descending order
};

}  // namespace nmc::drivers
