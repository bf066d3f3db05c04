#include "physics/exact/free_field_exact.hpp"

#include <cmath>
#include <numbers>
#include <vector>

namespace nmc {
namespace {

/// Eigenvalues of the Laplacian of all sites.
std::vector<double> laplacian_spectrum(const Lattice& lattice) {
  std::vector<double> omega{0};
  for (std::size_t d = 0; d < lattice.extents.size(); ++d) {
    const Index L = lattice.extents[d];
    const double unit = (lattice.periodic[d] ? 2 : 1) * std::numbers::pi / static_cast<double>(L);
    std::vector<double> sums;
    for (Index n = 0; n < L; ++n)
      for (const double other : omega)
        sums.push_back(other + 2 - 2 * std::cos(unit * static_cast<double>(n)));
    omega = std::move(sums);
  }
  return omega;
}

}  // namespace

Exact exact_free_field(const Lattice& lattice, double m_squared) {
  const auto volume = static_cast<double>(lattice.sites());
  double log_z = 0, square = 0;
  for (const double omega : laplacian_spectrum(lattice)) {
    log_z += 0.5 * std::log(std::numbers::pi / (m_squared + omega));
    square += 0.5 / (m_squared + omega) / volume;
  }
  Exact exact;
  exact.method = "Gaussian integral";
  exact.lnZ = log_z;
  exact.m2 = 0.5 / (m_squared * volume);
  exact.action = 0.5;
  if (lattice.is_torus()) exact.phi4 = 3 * square * square;
  return exact;
}

}  // namespace nmc
