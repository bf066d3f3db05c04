#pragma once

#include "core/roles/wave_function.hpp"
#include "models/wave/flip_kernel.hpp"
#include "models/wave/rbm_numbers.hpp"

namespace nmc {

/// θ of every hidden unit, (chains padded to vectors, hidden); im (0, 0) of a real machine.
struct HiddenFields {
  Batch re, im;
};
[[nodiscard]] HiddenFields hidden_fields(const RbmNumbers& machine, const Batch& s);

/// Chains of an RbmWave, of which they read the numbers, with t = tanh θ of every hidden unit.
class RbmChains final : public WaveChains {
 public:
  RbmChains(const RbmNumbers& machine, const Batch& s);
  [[nodiscard]] Batch configurations() const override { return s_.topRows(chains_); }
  [[nodiscard]] Column spins(Index site) const override { return s_.col(site).head(chains_); }
  [[nodiscard]] Amplitudes ratios(std::span<const Index> flips) const override;
  [[nodiscard]] Amplitudes inversion_ratios() const override;
  void flip(std::span<const Index> flips, const Column& taken) override;
  void invert(const Column& taken) override;
  void scores(Batch& of_abs, Batch& of_phase) const override;
  /// By products of matrices of spins and t.
  [[nodiscard]] Eigen::VectorXd pulled_back(const Column& of_abs,
                                            const Column& of_phase) const override;

 private:
  [[nodiscard]] wave::HiddenUnits units() const;
  [[nodiscard]] wave::FlipTable table(Index row, const double* spin) const;
  [[nodiscard]] Amplitudes product_over(const std::vector<wave::FlipTable>& flips) const;
  /// z *= e^{−2 Σ a s} over these sites.
  void multiply_visible(std::span<const Index> sites, Amplitudes& z) const;
  void add_real_scores(Batch& of_abs) const;
  /// Of a complex machine; O.im (0) where O is real.
  void add_score(Index parameter, const Amplitudes& O, Batch& of_abs, Batch& of_phase) const;

  const RbmNumbers& machine_;
  Index chains_;
  Batch s_;  ///< (padded chains, sites)
  Batch t_re_, t_im_;
  Column ones_;
};

}  // namespace nmc
