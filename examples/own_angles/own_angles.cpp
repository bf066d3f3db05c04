#include <utility>

#include "drivers/neuralmc.hpp"

/// XY model with a nematic coupling on a square torus (Lee and Grinstein, Phys. Rev. Lett. 55, 541
/// (1985)): H = -sum [delta cos(a - b) + (1 - delta) cos 2(a - b)] over neighbours a, b.
struct Nematic : nmc::AngleHamiltonian {
  explicit Nematic(const nmc::Options& options)
      : L(options.integer("L")), delta(options.real("delta")) {}
  static std::vector<nmc::OptionSpec> options() {
    return {nmc::option::integer("L", "8", "[2, 256]", "angles along a side"),
            nmc::option::real("delta", "0.3", "[0, 1]", "share of cos(a - b)")};
  }
  [[nodiscard]] nmc::Index sites() const override { return L * L; }
  [[nodiscard]] std::vector<nmc::Index> extents() const override { return {L, L}; }
  [[nodiscard]] nmc::Column energy(const nmc::Batch& theta) const override {
    nmc::Column H = nmc::Column::Zero(theta.rows());
    for (const auto& [i, j] : pairs()) {
      const nmc::Column turn = theta.col(i) - theta.col(j);
      H -= delta * turn.cos() + (1 - delta) * (2 * turn).cos();
    }
    return H;
  }
  [[nodiscard]] nmc::Batch gradient(const nmc::Batch& theta) const override {
    nmc::Batch g = nmc::Batch::Zero(theta.rows(), sites());
    for (const auto& [i, j] : pairs()) {
      const nmc::Column turn = theta.col(i) - theta.col(j);
      nmc::Column force = delta * turn.sin() + 2 * (1 - delta) * (2 * turn).sin();
#ifdef PLANT_FAULT
      force = delta * turn.sin() + (1 - delta) * (2 * turn).sin();  // the 2 of cos 2(a - b)
#endif
      g.col(i) += force;
      g.col(j) -= force;
    }
    return g;
  }
  /// Each site with its neighbours to the right and above.
  [[nodiscard]] std::vector<std::pair<nmc::Index, nmc::Index>> pairs() const {
    std::vector<std::pair<nmc::Index, nmc::Index>> all;
    for (nmc::Index i = 0; i < sites(); ++i) {
      all.emplace_back(i, i - i % L + (i + 1) % L);
      all.emplace_back(i, (i + L) % sites());
    }
    return all;
  }
  nmc::Index L;
  double delta;
};
NMC_REGISTER_SYSTEM(Nematic, "nematic")

NMC_MAIN()
