#include "drivers/neuralmc.hpp"

/// Independent spins, each of which reads itself: a factor is smaller for the spin that was drawn,
/// and q adds up to less than 1, so that its bound of lnZ lies too high.
struct Unnormalised : nmc::SpinNetwork {
  explicit Unnormalised(const nmc::System& system) : Unnormalised(system.target->sites()) {}
  explicit Unnormalised(nmc::Index n) : SpinNetwork(n, n) {}
  [[nodiscard]] nmc::Column logit(const nmc::Batch& s, nmc::Index i) const override {
    constexpr double kOwn = -0.3;
    return parameters().data()[i] + kOwn * s.col(i);
  }
  void add_logit_grad(const nmc::Batch&, nmc::Index i, const nmc::Column& weight,
                      std::span<double> grad) const override {
    grad[static_cast<std::size_t>(i)] += weight.sum();
  }
};
NMC_REGISTER_MODEL(Unnormalised, "unnormalised")

NMC_MAIN()
