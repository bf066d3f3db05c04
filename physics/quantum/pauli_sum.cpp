#include "physics/quantum/pauli_sum.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/errors.hpp"

namespace nmc {
namespace {

void check_string(double coefficient, const std::string& letters, const std::vector<Index>& sites,
                  Index all) {
  require(std::isfinite(coefficient),
          fmt::format("the coefficient {} of {} is not finite", coefficient, letters));
  require(letters.size() == sites.size(),
          fmt::format("{} letters and {} sites of a product of Pauli matrices", letters.size(),
                      sites.size()));
  for (std::size_t k = 0; k < sites.size(); ++k) {
    require(std::string("XYZ").find(letters[k]) != std::string::npos,
            fmt::format("\"{}\" is none of the Pauli matrices X, Y, Z", letters[k]));
    require(sites[k] >= 0 && sites[k] < all,
            fmt::format("{}{} is out of range: there are sites 0 to {}", letters[k], sites[k],
                        all - 1));
    for (std::size_t l = 0; l < k; ++l)
      require(sites[l] != sites[k],
              fmt::format("{}{} and {}{} are at one site: write their product", letters[l],
                          sites[l], letters[k], sites[k]));
  }
  require(std::ranges::count(letters, 'Y') % 2 == 0,
          fmt::format("{} has an odd number of Y, and its matrix elements are imaginary: only "
                      "real operators are taken",
                      letters));
}

}  // namespace

PauliSum::PauliSum(Index sites) : sites_(sites) {
  require(sites >= 1, fmt::format("{} sites: an operator has one or more", sites));
}

// Of s = ±1: X|s⟩ = |−s⟩, Z|s⟩ = s|s⟩, Y|s⟩ = i s|−s⟩, so that two Y are −s s' times two flips.
void PauliSum::add(double coefficient, const std::string& letters,
                   const std::vector<Index>& sites) {
  check_string(coefficient, letters, sites, sites_);
  std::vector<Index> flips, signs;
  for (std::size_t k = 0; k < sites.size(); ++k) {
    if (letters[k] != 'Z') flips.push_back(sites[k]);
    if (letters[k] != 'X') signs.push_back(sites[k]);
  }
  std::ranges::sort(flips);
  std::ranges::sort(signs);
  const auto pairs_of_Y = std::ranges::count(letters, 'Y') / 2;
  const double c = pairs_of_Y % 2 == 0 ? coefficient : -coefficient;
  const auto [place, is_new] = places_.try_emplace(flips, flips_.size());
  if (is_new) {
    flips_.push_back(flips);
    terms_.emplace_back();
  }
  std::vector<Term>& terms = terms_[place->second];
  const auto same = std::ranges::find(terms, signs, &Term::signs);
  if (same == terms.end())
    terms.push_back({c, std::move(signs)});
  else
    same->coefficient += c;
}

Batch PauliSum::elements(const Batch& s) const {
  require(s.cols() == sites_,
          fmt::format("configurations of {} spins, and the operator has {}", s.cols(), sites_));
  Batch elements = Batch::Zero(s.rows(), std::ssize(flips_));
  Column product(s.rows());
  for (std::size_t k = 0; k < flips_.size(); ++k)
    for (const Term& term : terms_[k]) {
      product.setConstant(term.coefficient);
      for (const Index site : term.signs) product *= s.col(site);
      elements.col(static_cast<Index>(k)) += product;
    }
  return elements;
}

Index PauliSum::size() const {
  Index size = 0;
  for (const auto& terms : terms_) size += std::ssize(terms);
  return size;
}

double PauliSum::trace_per_state() const {
  const auto diagonal = places_.find({});
  if (diagonal == places_.end()) return 0;
  for (const Term& term : terms_[diagonal->second])
    if (term.signs.empty()) return term.coefficient;
  return 0;
}

// A set keeps Σ s where it has as many spins up as down: its terms must cancel for all others,
// which the values of its own spins decide where no other spin is among the signs.
bool PauliSum::keeps_magnetisation() const {
  for (std::size_t k = 0; k < flips_.size(); ++k) {
    const std::vector<Index>& flips = flips_[k];
    if (flips.empty()) continue;
    constexpr std::size_t kMostFlips = 16;
    if (flips.size() > kMostFlips) return false;
    const double scale = std::abs(terms_[k].front().coefficient);
    for (std::size_t up = 0; up < std::size_t{1} << flips.size(); ++up) {
      double sum = 0;
      double element = 0;
      const auto spin = [&](std::size_t i) { return (up >> i & 1U) != 0 ? 1.0 : -1.0; };
      for (std::size_t i = 0; i < flips.size(); ++i) sum += spin(i);
      if (sum == 0) continue;
      for (const Term& term : terms_[k]) {
        double c = term.coefficient;
        for (const Index site : term.signs) {
          const auto own = std::ranges::find(flips, site);
          if (own == flips.end()) return false;
          c *= spin(static_cast<std::size_t>(own - flips.begin()));
        }
        element += c;
      }
      if (std::abs(element) > 1e-12 * scale) return false;
    }
  }
  return true;
}

bool PauliSum::is_even() const {
  for (const auto& terms : terms_)
    for (const Term& term : terms)
      if (term.signs.size() % 2 != 0 && term.coefficient != 0) return false;
  return true;
}

PauliSum turned_about_z(const PauliSum& H, const std::vector<bool>& turned) {
  require(std::ssize(turned) == H.sites(), "as many sites can be turned as the operator has");
  PauliSum other(H.sites());
  for (std::size_t k = 0; k < H.flips().size(); ++k) {
    bool is_odd = false;
    for (const Index site : H.flips()[k]) is_odd ^= turned[static_cast<std::size_t>(site)];
    for (const PauliSum::Term& term : H.terms()[k]) {
      std::string letters;
      std::vector<Index> sites;
      int flipped_signs = 0;
      for (const Index site : H.flips()[k]) {
        const bool has_sign = std::ranges::find(term.signs, site) != term.signs.end();
        flipped_signs += has_sign ? 1 : 0;
        letters += has_sign ? 'Y' : 'X';
        sites.push_back(site);
      }
      for (const Index site : term.signs)
        if (std::ranges::find(H.flips()[k], site) == H.flips()[k].end()) {
          letters += 'Z';
          sites.push_back(site);
        }
      const double c = flipped_signs / 2 % 2 == 0 ? term.coefficient : -term.coefficient;
      other.add(is_odd ? -c : c, letters, sites);
    }
  }
  return other;
}

}  // namespace nmc
