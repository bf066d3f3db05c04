#include "core/spins/label_coupling.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>
#include <string>

#include "core/errors.hpp"

namespace nmc {
namespace {

constexpr Index kMostLabelStates = 64;

void check_states(Index states) {
  require(2 <= states && states <= kMostLabelStates,
          "q = " + std::to_string(states) + ": labels have 2 to " +
              std::to_string(kMostLabelStates) + " states");
}

/// cos(2πk/q) from an angle of the first octant, so that cosines that are equal or opposite are so
/// to the last bit, and those that are rational are exact.
double clock_cosine(Index k, Index q) {
  k = std::min(k, q - k);                                 // cos is even
  if (4 * k > q) return -clock_cosine(q - 2 * k, 2 * q);  // cos(π − x) = −cos x
  if (4 * k == q) return 0;
  if (6 * k == q) return 0.5;
  return std::cos(2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(q));
}

}  // namespace

void check(const LabelCoupling& coupling) {
  const Index q = coupling.states;
  check_states(q);
  require(std::ssize(coupling.single) == q && std::ssize(coupling.pair) == q * q,
          "the energies of labels are no table of q by q and one of q numbers");
  const auto is_finite = [](double x) { return std::isfinite(x); };
  require(std::ranges::all_of(coupling.single, is_finite) &&
              std::ranges::all_of(coupling.pair, is_finite),
          "the energies of labels are not finite");
  for (Index a = 0; a < q; ++a)
    for (Index b = 0; b < a; ++b)
      require(coupling.e(a, b) == coupling.e(b, a), "the energies of two labels are not symmetric");
}

LabelCoupling potts_coupling(Index states) {
  check_states(states);
  LabelCoupling coupling{states, std::vector<double>(static_cast<std::size_t>(states * states), 0),
                         std::vector<double>(static_cast<std::size_t>(states), 0), true};
  for (Index a = 0; a < states; ++a) coupling.pair[static_cast<std::size_t>(a * states + a)] = -1;
  coupling.single[0] = -1;
  return coupling;
}

LabelCoupling clock_coupling(Index states) {
  check_states(states);
  LabelCoupling coupling{states, {}, {}, states <= 3};
  for (Index a = 0; a < states; ++a) {
    coupling.single.push_back(-clock_cosine(a, states));
    for (Index b = 0; b < states; ++b)
      coupling.pair.push_back(-clock_cosine(std::abs(a - b), states));
  }
  return coupling;
}

LabelCoupling spin_coupling() {
  return {2, {-1, 1, 1, -1}, {-1, 1}, true};
}

double label_energy(const Graph& graph, const LabelCoupling& coupling, const std::uint8_t* s) {
  const auto q = static_cast<std::size_t>(coupling.states);
  const double* pair = coupling.pair.data();
  double sum = 0;
  for (const Bond& bond : graph.bonds) sum += bond.J * pair[s[bond.i] * q + s[bond.j]];
  for (std::size_t i = 0; i < graph.field.size(); ++i)
    sum += graph.field[i] * coupling.single[s[i]];
  return sum;
}

void to_labels(const Batch& x, Index row, std::uint8_t* s) {
  for (Index i = 0; i < x.cols(); ++i) s[i] = static_cast<std::uint8_t>(x(row, i));
}

void from_labels(const std::uint8_t* s, Index row, Batch& x) {
  for (Index i = 0; i < x.cols(); ++i) x(row, i) = s[i];
}

}  // namespace nmc
