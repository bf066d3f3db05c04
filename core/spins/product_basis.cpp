#include "core/spins/product_basis.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cmath>
#include <complex>

#include "core/errors.hpp"

namespace nmc {
namespace {

using Complex = std::complex<double>;
using Gate = std::array<Complex, 4>;  ///< row by row

constexpr Index kMostQubits = 63;
constexpr Complex kI{0, 1};

/// (a, b) ← gate (a, b) of all pairs of amplitudes that differ in one bit.
void apply_gate(const Gate& gate, Index bit, Eigen::VectorXcd& psi) {
  for (Index block = 0; block < psi.size(); block += 2 * bit)
    for (Index k = block; k < block + bit; ++k) {
      const Complex a = psi(k), b = psi(k + bit);
      psi(k) = gate[0] * a + gate[1] * b;
      psi(k + bit) = gate[2] * a + gate[3] * b;
    }
}

void apply_gates(const ProductBasis& basis, bool is_transposed, Eigen::VectorXcd& psi) {
  const double r = 1 / std::sqrt(2.0);
  const Gate x{r, r, r, -r};
  const Gate y = is_transposed ? Gate{r, r, -r * kI, r * kI} : Gate{r, -r * kI, r, r * kI};
  for (Index site = 0; site < basis.sites; ++site) {
    const std::uint64_t bit = std::uint64_t{1} << site;
    if ((basis.turned & bit) != 0)
      apply_gate((basis.y & bit) != 0 ? y : x, static_cast<Index>(bit), psi);
  }
}

}  // namespace

ProductBasis::ProductBasis(const std::string& letters) : sites(std::ssize(letters)) {
  require(sites >= 1 && sites <= kMostQubits,
          fmt::format("a basis of {} qubits: 1 to {} are measured", sites, kMostQubits));
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const char letter = letters[i];
    require(letter == 'X' || letter == 'Y' || letter == 'Z',
            fmt::format("\"{}\" in the basis {}: a qubit is measured along X, Y or Z", letter,
                        letters));
    if (letter != 'Z') turned |= std::uint64_t{1} << i;
    if (letter == 'Y') y |= std::uint64_t{1} << i;
  }
}

int ProductBasis::count() const {
  return std::popcount(turned);
}

// A turned qubit in state 1 gives −1 at outcome 1, and −i beside where it is measured along Y.
Complex ProductBasis::phase(std::uint64_t outcome, std::uint64_t state) const {
  constexpr std::array<Complex, 4> kPowers{1.0, -kI, -1.0, kI};
  const int minus = std::popcount(outcome & state & turned), minus_i = std::popcount(state & y);
  return kPowers[static_cast<std::size_t>((2 * minus + minus_i) % 4)];
}

void turn(const ProductBasis& basis, Eigen::VectorXcd& psi) {
  apply_gates(basis, false, psi);
}

void turn_transposed(const ProductBasis& basis, Eigen::VectorXcd& g) {
  apply_gates(basis, true, g);
}

std::string bits_text(std::uint64_t state, Index sites) {
  std::string text;
  for (Index site = 0; site < sites; ++site) text += (state >> site) % 2 == 0 ? '0' : '1';
  return text;
}

}  // namespace nmc
