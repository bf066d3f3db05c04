#include "physics/quantum/state_vector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "core/errors.hpp"

namespace nmc {
namespace {

constexpr Index kMostSites = 30;
/// States of a block: its amplitudes and the signs of a few terms stay in the L1 cache.
constexpr Index kBlockBits = 9;

std::uint64_t mask_of(const std::vector<Index>& sites) {
  std::uint64_t mask = 0;
  for (const Index site : sites) mask |= std::uint64_t{1} << site;
  return mask;
}

double sign_of(std::uint64_t bits) {
  return std::popcount(bits) % 2 == 0 ? 1.0 : -1.0;
}

}  // namespace

VectorOperator::VectorOperator(const PauliSum& H)
    : sites_(H.sites()), block_bits_(std::min(H.sites(), kBlockBits)) {
  require(sites_ <= kMostSites,
          fmt::format("a vector of 2^{} amplitudes would not fit into memory", sites_));
  const std::uint64_t within = (std::uint64_t{1} << block_bits_) - 1;
  for (std::size_t k = 0; k < H.flips().size(); ++k) {
    Part part{mask_of(H.flips()[k]), {}};
    for (const PauliSum::Term& term : H.terms()[k]) {
      const std::uint64_t signs = mask_of(term.signs);
      part.terms.push_back({term.coefficient, signs & ~within, signs_of(signs & within)});
    }
    parts_.push_back(std::move(part));
  }
}

std::size_t VectorOperator::signs_of(std::uint64_t low) {
  const auto known = std::ranges::find(low_masks_, low);
  if (known != low_masks_.end()) return static_cast<std::size_t>(known - low_masks_.begin());
  std::vector<double> signs(std::size_t{1} << block_bits_);
  for (std::size_t state = 0; state < signs.size(); ++state) signs[state] = sign_of(state & low);
  low_masks_.push_back(low);
  low_signs_.push_back(std::move(signs));
  return low_signs_.size() - 1;
}

// ⟨s|H|s'⟩ = ⟨s'|H|s⟩: the element of s itself is taken.
void VectorOperator::apply_to_block(const Eigen::VectorXd& x, Index block, double* y) const {
  const Index length = Index{1} << block_bits_;
  const auto first = static_cast<std::uint64_t>(block * length);
  const auto within = static_cast<std::uint64_t>(length - 1);
  Eigen::ArrayXd element(length);
  for (const Part& part : parts_) {
    element.setZero();
    for (const Term& term : part.terms)
      element += term.coefficient * sign_of(first & term.high) *
                 Eigen::Map<const Eigen::ArrayXd>(low_signs_[term.low].data(), length);
    const double* const from = x.data() + ((first ^ part.flips) & ~within);
    const std::uint64_t low = part.flips & within;
    if (low == 0)
      Eigen::Map<Eigen::ArrayXd>(y, length) +=
          element * Eigen::Map<const Eigen::ArrayXd>(from, length);
    else
      for (std::uint64_t k = 0; k <= within; ++k)
        y[k] += element[static_cast<Index>(k)] * from[k ^ low];
  }
}

Eigen::VectorXd VectorOperator::apply(const Eigen::VectorXd& x, const Threads& threads) const {
  Eigen::VectorXd y = Eigen::VectorXd::Zero(size());
  const Index length = Index{1} << block_bits_;
  threads.for_each(size() / length,
                   [&](Index block) { apply_to_block(x, block, y.data() + block * length); });
  return y;
}

double VectorOperator::work() const {
  double terms = 0;
  for (const Part& part : parts_) terms += 1 + static_cast<double>(part.terms.size());
  return terms * static_cast<double>(size());
}

}  // namespace nmc
