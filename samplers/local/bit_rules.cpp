#include "samplers/local/bit_rules.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace nmc {
namespace {

constexpr int kWordBits = 64;

bool is_hot_site(int degree, long double beta_J) {
  return 2 * beta_J * std::sqrt(static_cast<long double>(degree)) <= MetropolisKappa::hot_field;
}

/// exp in 64 bits of mantissa where the machine has them, so that thresholds are right to the bit.
long double class_probability(LocalRule rule, int degree, int c, long double beta_J) {
  if (rule == LocalRule::metropolis) return std::exp(-2 * beta_J * (degree - 2 * c));
  return 1 / (1 + std::exp(2 * beta_J * (degree % 2 + 2 * c)));
}

std::uint64_t to_bits(long double p) {
  const long double scaled = std::floor(std::ldexp(p, kWordBits));
  if (scaled >= std::ldexp(1.0L, kWordBits)) return ~std::uint64_t{0};
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(scaled));
}

int count_classes(LocalRule rule, int degree) {
  return rule == LocalRule::metropolis ? (degree + 1) / 2 : degree / 2 + 1;
}

}  // namespace

BitRule::BitRule(LocalRule rule, int degree, double J, const std::vector<double>& betas)
    : rule_(rule),
      degree_(degree),
      classes_(count_classes(rule, degree)),
      period_(static_cast<Index>(betas.size())) {
  assert(degree >= 0 && degree <= kMaxDegree && J > 0 && !betas.empty());
  for (const double beta : betas) {
    const long double beta_J = static_cast<long double>(beta) * J;
    is_hot_.push_back(rule == LocalRule::metropolis && is_hot_site(degree, beta_J));
    has_hot_rows_ = has_hot_rows_ || is_hot_.back();
    for (int c = 0; c < classes_; ++c)
      thresholds_.push_back(to_bits(class_probability(rule, degree, c, beta_J)));
  }
  const auto bit = [&](Index row, int round, int c) {
    return threshold(row, c) >> (kWordBits - 1 - round) & 1U;
  };
  for (int round = 0; round < kRounds; ++round)
    for (int c = 0; c < classes_; ++c)
      union_offsets_[static_cast<std::size_t>(round)] +=
          static_cast<std::ptrdiff_t>(bit(0, round, c) << c) * kUnionStride;
  lanes_.reserve(static_cast<std::size_t>(period_ * kRounds * classes_));
  for (Index phase = 0; phase < period_; ++phase) {
    std::uint64_t hot = 0;
    for (int lane = 0; lane < kWordBits; ++lane) hot |= std::uint64_t{is_hot(phase + lane)} << lane;
    hot_lanes_.push_back(hot);
    for (int round = 0; round < kRounds; ++round)
      for (int c = 0; c < classes_; ++c) {
        std::uint64_t word = 0;
        if (period_ == 1)
          word = 0 - bit(0, round, c);
        else
          for (int lane = 0; lane < kWordBits; ++lane) word |= bit(phase + lane, round, c) << lane;
        lanes_.push_back(word);
      }
  }
}

double BitRule::probability(Index row, int c) const {
  return std::ldexp(static_cast<double>(threshold(row, c)), -kWordBits);
}

std::uint64_t BitRule::lanes(Index group, int round, int c) const {
  const Index phase = kWordBits * group % period_;
  return lanes_[static_cast<std::size_t>((phase * kRounds + round) * classes_ + c)];
}

}  // namespace nmc
