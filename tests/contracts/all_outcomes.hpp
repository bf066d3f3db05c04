#pragma once

#include <cstdint>
#include <vector>

#include "core/batch.hpp"

namespace nmc::test {

/// Of πP − π: sums of at most 10^6 products round to 1e-14.
inline constexpr double kBar = 1e-12;

/// Stands in for ClusterRandom and FieldRandom: every decision of a walk is taken in every way, one
/// run of the walk after the other, and a run knows its probability. What is enumerated is the
/// walk's own code at its own thresholds.
class AllOutcomes {
 public:
  using Four = AllOutcomes*;
  /// `threshold` of the bonds of four().
  explicit AllOutcomes(std::uint64_t threshold = 0) : threshold_(threshold) {}

  Four four() { return this; }
  static bool is_open(Four self, int /*k*/, bool is_candidate) {
    return is_candidate && self->is_open(self->threshold_);
  }
  bool is_open(std::uint64_t threshold);
  std::uint64_t below(std::uint64_t n);
  bool coin(bool is_wanted) { return is_wanted && happens(0.5); }
  void begin_cluster() {}
  bool meets_ghost(double a);
  bool meets_ghost_once(double a) { return meets_ghost(a); }
  void reserve(std::size_t /*decisions*/) {}
  bool is_open_exponent(double a) { return a > 0 && meets_ghost(a); }

  /// Of the decisions of this run.
  [[nodiscard]] double probability() const;
  /// Prepares the next run; false when there is none.
  bool next();

 private:
  /// One of `ways`: the last one with probability p, or all of them with p each.
  struct Choice {
    std::uint64_t taken, ways;
    double p;
    [[nodiscard]] double odds() const { return ways == 2 && taken == 0 ? 1 - p : p; }
  };
  bool happens(double p);
  std::uint64_t choose(const Choice& first);

  std::uint64_t threshold_;
  std::vector<Choice> choices_;
  std::size_t at_ = 0;
};

/// The spins of state number `state`, bit i up where spin i is, and back.
void to_spins(Index state, std::vector<std::int8_t>& s);
[[nodiscard]] Index to_state(const std::vector<std::int8_t>& s);

/// Transition matrix P(state, state') of `walk(spins, random)` on n spins.
template <class Walk>
Eigen::MatrixXd transition_matrix(Index n, std::uint64_t threshold, Walk&& walk) {
  const Index states = Index{1} << n;
  Eigen::MatrixXd P = Eigen::MatrixXd::Zero(states, states);
  std::vector<std::int8_t> s(static_cast<std::size_t>(n));
  for (Index state = 0; state < states; ++state) {
    AllOutcomes random(threshold);
    do {
      to_spins(state, s);
      walk(s.data(), random);
      P(state, to_state(s)) += random.probability();
    } while (random.next());
  }
  return P;
}

/// Normalised e^{log_p} of all states.
[[nodiscard]] Eigen::VectorXd normalised(const Column& log_p);
/// Largest |πP − π|, and the largest deviation of a row sum from 1.
[[nodiscard]] double stationarity_defect(const Eigen::VectorXd& pi, const Eigen::MatrixXd& P);
/// Largest |π(s) P(s, s') − π(s') P(s', s)|.
[[nodiscard]] double detailed_balance_defect(const Eigen::VectorXd& pi, const Eigen::MatrixXd& P);

}  // namespace nmc::test
