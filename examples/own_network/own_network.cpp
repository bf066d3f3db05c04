#include "drivers/neuralmc.hpp"

/// A sigmoid belief network that sees all spins, a_i = b_i + sum_{j<i} w_ij s_j (Neal 1992).
struct Belief : nmc::SpinNetwork {
  explicit Belief(const nmc::System& system) : Belief(system.target->sites()) {}
  explicit Belief(nmc::Index n) : SpinNetwork(n, n * (n + 1) / 2) {}
  /// Of b_i; the w_ij follow.
  static nmc::Index place(nmc::Index i) { return i * (i + 1) / 2; }
  [[nodiscard]] nmc::Column logit(const nmc::Batch& s, nmc::Index i) const override {
    const double* const theta = parameters().data() + place(i);
    nmc::Column a = nmc::Column::Constant(s.rows(), theta[0]);
#ifdef PLANT_FAULT
    for (nmc::Index j = 0; j < i; ++j) a += theta[j + 1] * s.col(j + 1);  // reads s_i itself
#else
    for (nmc::Index j = 0; j < i; ++j) a += theta[j + 1] * s.col(j);
#endif
    return a;
  }
  void add_logit_grad(const nmc::Batch& s, nmc::Index i, const nmc::Column& weight,
                      std::span<double> grad) const override {
    double* const g = grad.data() + place(i);
    g[0] += weight.sum();
    for (nmc::Index j = 0; j < i; ++j) g[j + 1] += (weight * s.col(j)).sum();
  }
};
NMC_REGISTER_MODEL(Belief, "belief")

NMC_MAIN()
