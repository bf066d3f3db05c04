#include "core/roles/all_states.hpp"

#include <cmath>
#include <string>

#include "core/errors.hpp"

namespace nmc {
namespace {

constexpr Index kMostStates = Index{1} << 40;

bool is_discrete(Support support) {
  return support.kind == Support::Kind::spin || support.kind == Support::Kind::label;
}

}  // namespace

Index count_states(Support support, Index sites) {
  require(is_discrete(support), in_words(support) + " cannot be counted: take spins or labels");
  Index count = 1;
  for (Index site = 0; site < sites; ++site) {
    require(count <= kMostStates / support.states,
            std::to_string(sites) + " sites have more than 2^40 states: take fewer sites");
    count *= support.states;
  }
  return count;
}

Batch states_in(StateRange range, Support support, Index sites) {
  const bool is_spin = support.kind == Support::Kind::spin;
  Batch x(range.count, sites);
  for (Index row = 0; row < range.count; ++row) {
    Index rest = range.first + row;
    for (Index site = 0; site < sites; ++site, rest /= support.states) {
      const auto digit = static_cast<double>(rest % support.states);
      x(row, site) = is_spin ? 2 * digit - 1 : digit;
    }
  }
  return x;
}

Batch all_states(Support support, Index sites) {
  return states_in({0, count_states(support, sites)}, support, sites);
}

Index state_number(const Batch& x, Index row, Support support) {
  const bool is_spin = support.kind == Support::Kind::spin;
  Index number = 0;
  for (Index site = x.cols() - 1; site >= 0; --site) {
    const double value = x(row, site);
    const double digit = is_spin ? (value + 1) / 2 : value;
    if (!(digit >= 0 && digit < static_cast<double>(support.states)) || digit != std::floor(digit))
      return -1;
    number = number * support.states + static_cast<Index>(digit);
  }
  return number;
}

}  // namespace nmc
