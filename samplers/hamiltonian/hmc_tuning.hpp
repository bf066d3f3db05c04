#pragma once

#include "core/optimise/dual_averaging.hpp"
#include "core/roles/tuning.hpp"
#include "samplers/hamiltonian/mass.hpp"

namespace nmc {

/// Step size and mass of HMC, tuned in warm-up by what all chains report.
class HmcTuning final : public Tuning {
 public:
  struct Options {
    double step_size = 0.1;          ///< to start with
    double target_acceptance = 0.8;  ///< 0: nothing is tuned
    MassKind estimated = MassKind::unit;
  };
  /// From `mass`, which is replaced where one is estimated.
  HmcTuning(const Options& options, Mass mass, Index sites);

  [[nodiscard]] bool is_frozen() const override { return options_.target_acceptance <= 0; }
  [[nodiscard]] bool wants_configurations(Index step, Index warmup) const override;
  void adapt(const WarmupStep& pooled) override;
  [[nodiscard]] std::vector<double> numbers() const override;
  void set_numbers(std::span<const double> numbers) override;

  [[nodiscard]] double step_size() const { return step_size_; }
  /// Between the first and the last adapt(): before, and without a warm-up, the kernel is the plain
  /// one that leaves the target invariant, as it is ever after.
  [[nodiscard]] bool is_settling() const { return is_settling_; }
  [[nodiscard]] const Mass& mass() const { return mass_; }

 private:
  Options options_;
  double step_size_;
  bool is_settling_ = false;
  DualAveraging averaging_;
  Mass mass_;
  MassEstimate estimate_;
};

}  // namespace nmc
