#include "samplers/local/string_rule.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "samplers/local/real_kernel.hpp"

namespace nmc {
namespace {

using Table = std::array<bool, StringRule::kClasses>;

/// The coefficients of the algebraic normal form of a function of the digits, subset by subset.
Table normal_form(Table f) {
  for (std::size_t digit = 1; digit < f.size(); digit *= 2)
    for (std::size_t c = 0; c < f.size(); ++c)
      if ((c & digit) != 0) f[c] = f[c] != f[c ^ digit];
  return f;
}

/// Functions of v₁ and v₂ by outer subset; one of them is the set of its terms 1, v₁, v₂, v₁ v₂.
std::array<std::ptrdiff_t, StringRule::kOuter> functions_of(const Table& f) {
  const Table terms = normal_form(f);
  std::array<std::ptrdiff_t, StringRule::kOuter> functions{};
  for (std::size_t c = 0; c < terms.size(); ++c) {
    const std::size_t inner = c >> 1 & 3, outer = (c & 1) | (c >> 2 & 6);
    if (terms[c]) functions[outer] += StringRule::kStride << inner;
  }
  return functions;
}

}  // namespace

StringRule::StringRule(LocalRule rule, const Couplings& couplings) : rule_(rule) {
  const auto& [J, h, beta, z] = couplings;
  const auto strength = static_cast<float>(std::sqrt(h * h + z * J * J));
  const auto site = SiteRule::of(rule, beta, strength);
  const int most = rule == LocalRule::metropolis ? 31 : 15;
  for (int c = 0; c < kClasses; ++c) {
    const int of = c & most, v = std::min(of & 15, 2 * z);
    const bool is_up = (of & 16) != 0;
    double field = J * (v - z) + h;
    if (rule == LocalRule::metropolis) field = (is_up ? 1 : -1) * J * (z - v) + h;
    const auto at = static_cast<std::size_t>(c);
    p_[at] = real_probability(site, field, is_up);
    thresholds_[at] =
        p_[at] == 1 ? ~std::uint64_t{0} : static_cast<std::uint64_t>(std::ldexp(p_[at], 64));
  }
  for (int round = 0; round <= kRounds; ++round) {
    Table bit{};
    for (std::size_t c = 0; c < bit.size(); ++c)
      bit[c] = round == kRounds ? p_[c] == 1 : (thresholds_[c] >> (63 - round) & 1) != 0;
    functions_[static_cast<std::size_t>(round)] = functions_of(bit);
  }
}

}  // namespace nmc
