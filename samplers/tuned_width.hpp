#pragma once

#include <string>

#include "core/optimise/dual_averaging.hpp"
#include "core/roles/tuning.hpp"

namespace nmc {

/// The width of a Metropolis proposal, which warm-up tunes to an acceptance by dual averaging.
class TunedWidth final : public Tuning {
 public:
  /// `owner`, "local updates of angles", is named where something is refused. target_acceptance 0:
  /// the width stays. UserError where width or acceptance is none.
  TunedWidth(double width, double target_acceptance, std::string owner);

  [[nodiscard]] double width() const { return width_; }
  [[nodiscard]] bool is_frozen() const override { return target_acceptance_ <= 0; }
  void adapt(const WarmupStep& pooled) override;
  [[nodiscard]] std::vector<double> numbers() const override;
  void set_numbers(std::span<const double> numbers) override;

 private:
  double width_;
  double target_acceptance_;
  std::string owner_;
  DualAveraging averaging_;
};

}  // namespace nmc
