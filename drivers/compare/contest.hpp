#pragma once

#include <string>
#include <vector>

#include "drivers/figures/figure.hpp"
#include "drivers/report/report.hpp"

namespace nmc::drivers {

/// One sampler with what it gave.
struct Contender {
  std::string name;
  Report report;
  [[nodiscard]] double training() const { return report.sampler.train.cpu_seconds; }
  [[nodiscard]] double sampling() const { return report.sampler.sample.cpu_seconds; }
};

/// CPU seconds per independent value of one observable, by contender; NaN where there is none.
struct ValueCost {
  std::string observable;
  std::vector<double> seconds;
};

/// Two contenders whose means differ most, in standard errors of the difference.
struct Disagreement {
  std::string observable, first, second;
  double sigma = 0;
};

/// What a comparison comes to.
struct Verdict {
  std::vector<ValueCost> costs;  ///< of the observables that all have measured
  ValueCost slowest;             ///< the largest of each contender
  std::size_t best_rival = 0;    ///< of contenders 1, 2, …; 0: all are refused
  /// Independent values after which the job has paid for its training, against the best rival; NaN:
  /// never, 0: it was not trained.
  double break_even = statistics::not_a_number;
  Disagreement disagreement;
  bool is_refused = false;  ///< the job's own result, or means that disagree
  std::string sentence;
};

/// Means that differ by more are those of different densities.
inline constexpr double kMostSigma = 5;

/// `contenders`: the job first, then its rivals.
[[nodiscard]] Verdict judge_contest(const std::vector<Contender>& contenders);

[[nodiscard]] std::string contest_text(const std::vector<Contender>& contenders,
                                       const Verdict& verdict);
/// An object per contender, then one named verdict.
[[nodiscard]] std::string contest_json(const std::vector<Contender>& contenders,
                                       const Verdict& verdict);
/// CPU time, training included, over the number of independent values.
[[nodiscard]] figures::Figure contest_figure(const std::vector<Contender>& contenders,
                                             const Verdict& verdict);

}  // namespace nmc::drivers
