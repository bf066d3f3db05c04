#include "core/spins/shots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "core/errors.hpp"

namespace nmc {
namespace {

/// Trees of groups that are joined one by one.
class Groups {
 public:
  explicit Groups(std::size_t size) : parents_(size) {
    std::iota(parents_.begin(), parents_.end(), std::size_t{0});
  }
  std::size_t root(std::size_t k) {
    while (parents_[k] != k) k = parents_[k] = parents_[parents_[k]];
    return k;
  }
  void join(std::size_t a, std::size_t b) { parents_[root(a)] = root(b); }
  Index count() {
    Index roots = 0;
    for (std::size_t k = 0; k < parents_.size(); ++k) roots += root(k) == k ? 1 : 0;
    return roots;
  }

 private:
  std::vector<std::size_t> parents_;
};

/// Uniforms of one purpose, one stream for each basis.
Column uniforms(std::uint64_t seed, std::size_t basis, Index count) {
  return uniform_column({seed, basis, 0, Purpose::data}, count);
}

}  // namespace

double BasisShots::total() const {
  double sum = 0;
  for (const auto& [outcome, count] : counts) sum += count;
  return sum;
}

Shots::Shots(Index sites) : sites_(sites) {
  (void)ProductBasis(std::string(static_cast<std::size_t>(std::max<Index>(sites, 0)), 'Z'));
}

void Shots::add(const std::string& letters, std::uint64_t outcome, double count) {
  auto place = places_.find(letters);
  if (place == places_.end()) {
    require(std::ssize(letters) == sites_,
            fmt::format("the basis {} is of {} qubits, the others are of {}", letters,
                        letters.size(), sites_));
    (void)ProductBasis(letters);
    place = places_.emplace(letters, bases_.size()).first;
    bases_.push_back({letters});
  }
  bases_[place->second].counts[outcome] += count;
}

double Shots::total() const {
  double sum = 0;
  for (const BasisShots& basis : bases_) sum += basis.total();
  return sum;
}

bool Shots::is_turned() const {
  return std::ranges::any_of(
      bases_, [](const BasisShots& basis) { return ProductBasis(basis.letters).turned != 0; });
}

bool Shots::has_y() const {
  return std::ranges::any_of(
      bases_, [](const BasisShots& basis) { return ProductBasis(basis.letters).y != 0; });
}

// The shots with the smallest of as many uniforms are the part.
SplitShots split(const Shots& shots, double share, std::uint64_t seed) {
  SplitShots halves{Shots(shots.sites()), Shots(shots.sites())};
  for (std::size_t b = 0; b < shots.bases().size(); ++b) {
    const BasisShots& basis = shots.bases()[b];
    const auto total = static_cast<Index>(basis.total());
    const Column u = uniforms(seed, b, total);
    std::vector<double> sorted(u.data(), u.data() + total);
    std::ranges::sort(sorted);
    const auto held = static_cast<std::size_t>(share * static_cast<double>(total) + 0.5);
    const double least = held == 0 ? 0 : sorted[std::min(held, sorted.size()) - 1];
    Index shot = 0;
    for (const auto& [outcome, count] : basis.counts) {
      double in_part = 0;
      for (const Index end = shot + static_cast<Index>(count); shot < end; ++shot)
        in_part += u(shot) <= least ? 1 : 0;
      if (in_part > 0) halves.part.add(basis.letters, outcome, in_part);
      if (count > in_part) halves.rest.add(basis.letters, outcome, count - in_part);
    }
  }
  return halves;
}

Shots draw_shots(const Eigen::VectorXcd& psi, const std::vector<std::string>& bases, Index count,
                 std::uint64_t seed) {
  Shots shots(std::ssize(bases.front()));
  for (std::size_t b = 0; b < bases.size(); ++b) {
    Eigen::VectorXcd turned = psi;
    turn(ProductBasis(bases[b]), turned);
    std::vector<double> sums(static_cast<std::size_t>(psi.size()));
    double sum = 0;
    for (std::size_t k = 0; k < sums.size(); ++k)
      sums[k] = sum += std::norm(turned(static_cast<Index>(k)));
    // Of another key than the split, which may be asked of the same shots.
    const Column u = uniforms(Streams{seed}.nested().seed, b, count);
    std::map<std::uint64_t, double> drawn;
    for (Index shot = 0; shot < count; ++shot) {
      const auto above = std::ranges::upper_bound(sums, u(shot) * sum);
      const auto outcome = std::min(above - sums.begin(), std::ssize(sums) - 1);
      drawn[static_cast<std::uint64_t>(outcome)] += 1;
    }
    for (const auto& [outcome, times] : drawn) shots.add(bases[b], outcome, times);
  }
  return shots;
}

Index count_phase_groups(const std::vector<std::uint64_t>& states, const Shots& shots) {
  Groups groups(states.size());
  for (const BasisShots& basis : shots.bases()) {
    const std::uint64_t kept = ~ProductBasis(basis.letters).turned;
    std::map<std::uint64_t, std::size_t> first;  // by what the basis leaves along Z
    for (std::size_t k = 0; k < states.size(); ++k) {
      const auto [place, is_new] = first.try_emplace(states[k] & kept, k);
      if (!is_new) groups.join(k, place->second);
    }
  }
  return groups.count();
}

}  // namespace nmc
