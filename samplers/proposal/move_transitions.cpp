#include <algorithm>
#include <cmath>
#include <vector>

#include "core/errors.hpp"
#include "core/roles/all_states.hpp"
#include "samplers/proposal/move_proposal.hpp"

namespace nmc {
namespace {

/// Takes every decision in every way, one run of the move after the other.
class EveryOutcome final : public Dice {
 public:
  Index below(Index n) override { return n == 1 ? 0 : choose({0, n, 1 / static_cast<double>(n)}); }
  bool happens(double p) override { return p > 0 && (p >= 1 || choose({0, 2, p}) == 1); }
  double uniform() override { refuse("uniform()"); }
  double normal() override { refuse("normal()"); }

  [[nodiscard]] double probability() const {
    double product = 1;
    for (const Choice& choice : choices_)
      product *= choice.ways == 2 && choice.taken == 0 ? 1 - choice.p : choice.p;
    return product;
  }
  /// Prepares the next run; false when there is none.
  bool next() {
    at_ = 0;
    while (!choices_.empty()) {
      if (++choices_.back().taken < choices_.back().ways) return true;
      choices_.pop_back();
    }
    return false;
  }

 private:
  /// One of `ways`: the last one with probability p, or all of them with p each.
  struct Choice {
    Index taken, ways;
    double p;
  };
  Index choose(const Choice& first) {
    if (at_ == choices_.size()) choices_.push_back(first);
    return choices_[at_++].taken;
  }
  [[noreturn]] static void refuse(const char* what) {
    throw UserError(std::string("the move asks for ") + what +
                    ", whose outcomes cannot be enumerated: decide by below() and happens()");
  }

  std::vector<Choice> choices_;
  std::size_t at_ = 0;
};

}  // namespace

Eigen::MatrixXd move_transitions(const Move& move, const Target& target, Index attempts) {
  const Batch states = all_states(target.support(), target.sites());
  const Column log_p = target.log_density(states);
  const Index count = states.rows();
  Eigen::MatrixXd P = Eigen::MatrixXd::Zero(count, count);
  for (Index from = 0; from < count; ++from) {
    EveryOutcome dice;
    do {
      Configuration x = states.row(from);
      const double log_ratio = move.propose(x, dice);
      const Index to = state_number(x, 0, target.support());
      require(to >= 0, "the move leaves the support: it makes what is none of " +
                           in_words(target.support()));
      const double log_accept = log_p(to) - log_p(from) + log_ratio;
      const double accept = std::isfinite(log_accept) ? std::exp(std::min(log_accept, 0.0)) : 0;
      P(from, to) += dice.probability() * accept;
      P(from, from) += dice.probability() * (1 - accept);
    } while (dice.next());
  }
  Eigen::MatrixXd step = P;
  for (Index attempt = 1; attempt < attempts; ++attempt) step = step * P;
  return step;
}

}  // namespace nmc
