#include "drivers/neuralmc.hpp"

/// One quartic oscillator per site: H = Σ x²/2 + x⁴/4.
struct Quartic : nmc::RealHamiltonian {
  nmc::Index sites() const override { return 4; }
  nmc::Column energy(const nmc::Batch& x) const override {
    return nmc::sum_sites(x.square() / 2 + x.square().square() / 4);
  }
  nmc::Batch gradient(const nmc::Batch& x) const override { return x + x.cube(); }
};
NMC_REGISTER_SYSTEM(Quartic, "quartic")

int main(int argc, char** argv) {
  return nmc::main(argc, argv);
}
