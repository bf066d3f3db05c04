#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "samplers/learned/flip_policy.hpp"

namespace nmc {

/// A path of spins that a policy turns one after the other, as one proposal: turned over in the
/// reverse order they lead back, so that with s_0, s_1, … along the path
///   ln ratio = −β [H(s_k) − H(s_0)] + Σ_t ln p(i_t | s_t) − ln p(i_t | s_{t−1}),
/// each p normalised over the spins as they are (Sun et al., ICLR 2022, "Path auxiliary proposal").
/// Its length is 1 … `longest`, each as likely: of paths of even length alone the parity of the
/// spins would never change. One path in N + 1 is empty, which takes away any period, and of the
/// others one in kPlainShare turns a spin that no policy chooses, by Metropolis' rule: a policy may
/// learn to leave whole sets of states alone, and no mean or error of the chain would say so. A
/// template over the random decisions, so that a test can put all outcomes through it.
class PolicyPath {
 public:
  static constexpr std::uint64_t kPlainShare = 8;

  PolicyPath(const FlipPolicy& policy, Index longest) : state_(policy), longest_(longest) {}

  void begin(std::int8_t* s) { state_.begin(s); }
  /// Whether the path was taken; `probability` is that of acceptance.
  template <class Random>
  bool move(Random& random, double& probability) {
    if (random.rests()) {
      probability = 1;
      return false;
    }
    if (random.is_plain()) return turn_one(random.any_site(), random, probability);
    const double log_ratio = walk(random, [](const PolicyState&, std::size_t, bool) {});
    probability = std::isfinite(log_ratio) ? std::exp(std::min(log_ratio, 0.0)) : 0;
    if (random.accepts(probability)) return true;
    retrace();
    return false;
  }
  /// The same without a decision: ln ratio. `look(state, i, is_turned)` is called before and after
  /// every turn.
  template <class Random, class Look>
  double walk(Random& random, const Look& look) {
    double log_ratio = 0;
    path_.clear();
    const Index length = random.length(longest_);
    for (Index t = 0; t < length; ++t) {
      const std::size_t i = random.site(state_.tree());
      look(state_, i, false);
      log_ratio -= state_.cost(i) + state_.log_p(i);
      state_.turn(i);
      log_ratio += state_.log_p(i);
      look(state_, i, true);
      path_.push_back(i);
    }
    return log_ratio;
  }
  void retrace() {
    for (auto i = path_.rbegin(); i != path_.rend(); ++i) state_.turn(*i);
  }
  [[nodiscard]] const std::vector<std::size_t>& sites() const { return path_; }

 private:
  template <class Random>
  bool turn_one(std::size_t i, Random& random, double& probability) {
    probability = std::exp(std::min(-state_.cost(i), 0.0));
    if (!random.accepts(probability)) return false;
    state_.turn(i);
    return true;
  }

  PolicyState state_;
  Index longest_;
  std::vector<std::size_t> path_;  ///< of the last move
};

}  // namespace nmc
