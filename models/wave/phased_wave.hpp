#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/archive/file.hpp"
#include "core/roles/stored.hpp"
#include "core/roles/wave_function.hpp"

namespace nmc {

/// ψ = A e^{iφ} of two positive wave functions A and B, φ = ln B (Torlai et al., Nature Phys. 14,
/// 447 (2018)). Its parameters are those of A and then those of B.
class PhasedWave final : public WaveFunction, public Stored {
 public:
  /// UserError where one of them is not positive, or where they are of different numbers of spins.
  PhasedWave(std::unique_ptr<WaveFunction> amplitude, std::unique_ptr<WaveFunction> phase);
  [[nodiscard]] const WaveFunction& amplitude() const { return *amplitude_; }
  [[nodiscard]] const WaveFunction& phase() const { return *phase_; }

  [[nodiscard]] std::span<const double> parameters() const override { return theta_; }
  [[nodiscard]] std::span<double> parameters() override { return theta_; }
  void parameters_changed() override;
  [[nodiscard]] Index sites() const override { return amplitude_->sites(); }
  [[nodiscard]] bool is_positive() const override { return false; }
  [[nodiscard]] bool is_even() const override { return amplitude_->is_even() && phase_->is_even(); }
  [[nodiscard]] const Model* draws() const override { return amplitude_->draws(); }
  [[nodiscard]] const Stored* stored() const override;
  [[nodiscard]] LogPsi log_psi(const Batch& s) const override;
  [[nodiscard]] std::unique_ptr<WaveChains> chains(const Batch& s) const override;

  void write(archive::File& file, const std::string& group) const override;
  /// How the parts are read, which may be of any type.
  using PartReader =
      std::function<std::unique_ptr<WaveFunction>(const archive::File&, const std::string& group)>;
  static std::unique_ptr<PhasedWave> read(const archive::File& file, const std::string& group,
                                          const PartReader& part);

 private:
  std::unique_ptr<WaveFunction> amplitude_, phase_;
  std::vector<double> theta_;
};

}  // namespace nmc
