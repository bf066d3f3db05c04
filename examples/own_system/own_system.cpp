#include "drivers/neuralmc.hpp"

/// Spins on a ring that interact in threes, H = -sum s_i s_{i+1} s_{i+2}: from the energy alone.
struct Triples : nmc::SpinHamiltonian {
  explicit Triples(const nmc::Options& options) : L(options.integer("L")) {}
  static std::vector<nmc::OptionSpec> options() {
    return {nmc::option::integer("L", "12", "[3, 4096]", "spins on the ring")};
  }
  [[nodiscard]] nmc::Index sites() const override { return L; }
  [[nodiscard]] nmc::Column energy(const nmc::Batch& s) const override {
    nmc::Column H = nmc::Column::Zero(s.rows());
    for (nmc::Index i = 0; i < L; ++i) H -= s.col(i) * s.col((i + 1) % L) * s.col((i + 2) % L);
#ifdef PLANT_FAULT
    H -= 0.1 * s.col(0).mean();  // over the chains: one chain's energy depends on the others
#endif
    return H;
  }
  nmc::Index L;
};
NMC_REGISTER_SYSTEM(Triples, "triples")

NMC_MAIN()
