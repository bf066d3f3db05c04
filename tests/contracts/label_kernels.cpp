#include "tests/contracts/label_kernels.hpp"

#include <cmath>

#include "samplers/cluster/label_swendsen_wang_walk.hpp"
#include "samplers/cluster/label_wolff_walk.hpp"
#include "tests/contracts/all_outcomes.hpp"

namespace nmc::test {
namespace {

Index number_of_states(const LabelTarget& target) {
  Index count = 1;
  for (Index i = 0; i < target.sites(); ++i) count *= target.states();
  return count;
}

void to_label_state(Index state, Index q, std::vector<std::uint8_t>& s) {
  for (auto& label : s) {
    label = static_cast<std::uint8_t>(state % q);
    state /= q;
  }
}

Index of_label_state(const std::vector<std::uint8_t>& s, Index q) {
  Index state = 0;
  for (std::size_t i = s.size(); i-- > 0;) state = state * q + s[i];
  return state;
}

/// The probability of each label, (q), from the words of a visit.
std::vector<double> odds_of(std::span<const std::uint64_t> words, LocalRule rule, Index current) {
  const std::size_t q = words.size() + 1;
  std::vector<double> odds(q, 0);
  if (rule == LocalRule::metropolis) {
    double stay = 1;
    for (std::size_t c = 0; c < words.size(); ++c) {
      const double p =
          std::ldexp(static_cast<double>(words[c]), -64) / static_cast<double>(words.size());
      odds[c + (c >= static_cast<std::size_t>(current) ? 1 : 0)] = p;
      stay -= p;
    }
    odds[static_cast<std::size_t>(current)] = stay;
    return odds;
  }
  std::uint64_t below = 0;
  for (std::size_t a = 0; a < q; ++a) {
    const std::uint64_t end = a + 1 < q ? words[a] : 0;  // 2^64
    odds[a] = std::ldexp(static_cast<double>(end - below), -64);
    below = end;
  }
  return odds;
}

template <class Walk>
Eigen::MatrixXd label_matrix(const LabelBonds& bonds, Walk&& walk) {
  Index states = 1;
  for (Index i = 0; i < bonds.sites(); ++i) states *= bonds.states();
  Eigen::MatrixXd P = Eigen::MatrixXd::Zero(states, states);
  std::vector<std::uint8_t> s(static_cast<std::size_t>(bonds.sites()));
  for (Index state = 0; state < states; ++state) {
    AllOutcomes random;
    do {
      to_label_state(state, bonds.states(), s);
      walk(s.data(), random);
      P(state, of_label_state(s, bonds.states())) += random.probability();
    } while (random.next());
  }
  return P;
}

}  // namespace

Batch all_label_states(const LabelTarget& target) {
  Batch s(number_of_states(target), target.sites());
  std::vector<std::uint8_t> labels(static_cast<std::size_t>(target.sites()));
  for (Index state = 0; state < s.rows(); ++state) {
    to_label_state(state, target.states(), labels);
    from_labels(labels.data(), state, s);
  }
  return s;
}

Eigen::VectorXd label_weights(const LabelTarget& target) {
  return normalised(target.log_density(all_label_states(target)));
}

Eigen::MatrixXd label_visit(const PairLabels& target, LocalRule rule, Index site) {
  const Index states = number_of_states(target), q = target.states();
  const LabelTables tables(target, rule);
  const auto i = static_cast<std::size_t>(site);
  std::vector<std::uint8_t> s(static_cast<std::size_t>(target.sites()));
  std::vector<std::uint64_t> scratch;
  Eigen::MatrixXd P = Eigen::MatrixXd::Zero(states, states);
  for (Index state = 0; state < states; ++state) {
    to_label_state(state, q, s);
    const auto odds = odds_of(tables.row(s.data(), i, scratch), rule, s[i]);
    for (std::size_t a = 0; a < odds.size(); ++a) {
      s[i] = static_cast<std::uint8_t>(a);
      P(state, of_label_state(s, q)) += odds[a];
    }
  }
  return P;
}

Eigen::MatrixXd label_sweep(const PairLabels& target, LocalRule rule,
                            const std::vector<Index>& order) {
  Eigen::MatrixXd P = Eigen::MatrixXd::Identity(number_of_states(target), number_of_states(target));
  for (const Index site : order) P = P * label_visit(target, rule, site);
  return P;
}

Eigen::MatrixXd label_wolff(const LabelBonds& bonds) {
  LabelWolffWalk<AllOutcomes> walk(bonds);
  return label_matrix(bonds, [&](std::uint8_t* s, AllOutcomes& r) { walk.turn_one(s, r); });
}

Eigen::MatrixXd label_swendsen_wang(const LabelBonds& bonds) {
  LabelSwendsenWangWalk<AllOutcomes> walk(bonds);
  return label_matrix(bonds, [&](std::uint8_t* s, AllOutcomes& r) { walk.update(s, r); });
}

}  // namespace nmc::test
