#include "physics/exact/enumeration_block.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace nmc {

namespace {

/// 2^12 doubles: two such tables fit the first-level cache.
constexpr Index max_low = 12;
/// Bits that the transform of the weights leaves to add_pairs(): a vector has at most 8 lanes.
constexpr Index max_lane_bits = 3;

double sign(std::uint64_t bits) {
  return std::popcount(bits) % 2 == 0 ? 1 : -1;
}

}  // namespace

struct EnumerationBlocks::Workspace {
  std::vector<double> table;     ///< energies, then weights
  std::vector<double> linear;    ///< coefficients of the low spins
  std::vector<double> multiple;  ///< mixed terms by mask, then their energies
};

EnumerationBlocks::EnumerationBlocks(const SpinPolynomial& terms, double beta,
                                     const EnergyLevels& levels)
    : sites_(terms.sites), beta_(beta), tie_(1e-12 * terms.bound()), levels_(levels) {
  const Index free = terms.sites - (terms.is_even() ? 1 : 0);
  low_ = std::min(max_low, free);
  free_high_ = free - low_;
  const std::uint64_t low_mask = (std::uint64_t{1} << low_) - 1;
  inner_energy_.assign(low_mask + 1, 0);
  for (const Monomial& term : terms.terms) {
    std::uint64_t mask = 0;
    for (const Index site : term.sites) mask |= std::uint64_t{1} << site;
    const SplitTerm split{mask & low_mask, mask >> low_, term.coupling};
    if (split.high == 0)
      inner_energy_[split.low] -= split.coupling;
    else
      (std::popcount(split.low) <= 1 ? linear_ : mixed_).push_back(split);
  }
  walsh_transform(inner_energy_, 0);
  for (std::uint64_t state = 0; state <= low_mask; ++state)
    inner_magnetisation_.push_back(static_cast<double>(low_ - 2 * std::popcount(state)));
}

void EnumerationBlocks::fill_energies(std::uint64_t high, Workspace& work) const {
  std::fill(work.linear.begin(), work.linear.end(), 0.0);
  double constant = 0;
  for (const SplitTerm& term : linear_) {
    const double energy = -term.coupling * sign(term.high & high);
    if (term.low == 0)
      constant += energy;
    else
      work.linear[std::countr_zero(term.low)] += energy;
  }
  // table(s) = constant + Σ_i linear_i s_i by doubling.
  double* table = work.table.data();
  table[0] = constant;
  for (const double coefficient : work.linear) table[0] += coefficient;
  for (Index i = 0; i < low_; ++i) {
    const Index half = Index{1} << i;
    const double flip = 2 * work.linear[i];
    for (Index state = 0; state < half; ++state) table[half + state] = table[state] - flip;
  }
  const Index states = Index{1} << low_;
  for (Index state = 0; state < states; ++state) table[state] += inner_energy_[state];
  if (mixed_.empty()) return;
  work.multiple.assign(states, 0);
  for (const SplitTerm& term : mixed_)
    work.multiple[term.low] -= term.coupling * sign(term.high & high);
  walsh_transform(work.multiple, 0);
  for (Index state = 0; state < states; ++state) table[state] += work.multiple[state];
}

/// The weights hold, after their transform over the bits above the lanes, Σ w Π_{i in mask} s_i of
/// those bits, still by the states of the lanes.
void EnumerationBlocks::add_pairs(std::uint64_t high, const Workspace& work,
                                  std::vector<long double>& pairs) const {
  const Index lane_bits = std::min(max_lane_bits, low_);
  const auto moment = [&](std::uint64_t mask) {
    const std::uint64_t lanes = mask & ((std::uint64_t{1} << lane_bits) - 1);
    const double* row = work.table.data() + (mask - lanes);
    double sum = 0;
    for (std::uint64_t lane = 0; lane < std::uint64_t{1} << lane_bits; ++lane)
      sum += sign(lane & lanes) * row[lane];
    return sum;
  };
  const auto outside = [&](Index i) { return sign(high >> (i - low_) & 1U); };
  const auto bit = [](Index i) { return std::uint64_t{1} << i; };
  auto pair = pairs.begin();
  const double total = moment(0);
  for (Index i = 0; i < sites_; ++i) {
    const double single = i < low_ ? moment(bit(i)) : outside(i) * total;
    for (Index j = i + 1; j < sites_; ++j, ++pair)
      *pair += j < low_ ? moment(bit(i) | bit(j)) : single * outside(j);
  }
}

void EnumerationBlocks::count_levels(const Workspace& work,
                                     std::vector<std::uint64_t>& states) const {
  for (const double energy : work.table)
    ++states[static_cast<std::size_t>((energy - levels_.first) / levels_.step + 0.5)];
}

EnumerationSums EnumerationBlocks::sum(std::uint64_t begin, std::uint64_t end) const {
  Workspace work;
  work.table.resize(inner_energy_.size());
  work.linear.resize(low_);
  EnumerationSums total;
  EnumerationSums part;
  part.tie = tie_;
  std::vector<std::uint64_t> states(levels_.count);
  for (std::uint64_t high = begin; high < end; ++high) {
    fill_energies(high, work);
    if (levels_.count > 0) count_levels(work, states);
    const auto magnetisation = static_cast<double>(sites_ - low_ - 2 * std::popcount(high));
    const BlockSums block =
        sum_block(work.table, inner_magnetisation_, {beta_, tie_, magnetisation});
    part.reference = block.min;
    part.weight = block.weight, part.first = block.first, part.second = block.second;
    part.abs_m = block.abs_m, part.m2 = block.m2, part.m4 = block.m4;
    part.ground = static_cast<std::uint64_t>(block.ground);
    walsh_transform(work.table, static_cast<int>(std::min(max_lane_bits, low_)));
    part.pairs.assign(sites_ * (sites_ - 1) / 2, 0);
    add_pairs(high, work, part.pairs);
    total.add(part, beta_);
  }
  total.levels = std::move(states);
  return total;
}

}  // namespace nmc
