#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/archive/file.hpp"
#include "core/roles/stored.hpp"
#include "core/roles/wave_function.hpp"
#include "models/wave/rbm_numbers.hpp"

namespace nmc {

/// The wave function of a restricted Boltzmann machine (Carleo and Troyer, Science 355, 602
/// (2017)),
///   ln ψ(s) = Σ a_i s_i + Σ_j ln 2 cosh θ_j,  θ_j = b_j + Σ_i W_ij s_i,
/// with real or complex a, b and W. Its parameters are the numbers that Ties leaves free; of a
/// complex machine their real parts and then their imaginary parts.
class RbmWave final : public WaveFunction, public Stored {
 public:
  /// All numbers 0: ψ is the same everywhere. UserError as of check().
  explicit RbmWave(const RbmWaveShape& shape);
  /// W normal with standard deviation `width`, in both parts of a complex one; a and b 0.
  static std::unique_ptr<RbmWave> random(const RbmWaveShape& shape, double width,
                                         std::uint64_t seed);

  [[nodiscard]] const RbmWaveShape& shape() const { return numbers_.shape(); }
  [[nodiscard]] std::span<const double> parameters() const override { return theta_; }
  [[nodiscard]] std::span<double> parameters() override { return theta_; }
  void parameters_changed() override { numbers_.set(theta_); }

  [[nodiscard]] Index sites() const override { return shape().sites; }
  [[nodiscard]] bool is_positive() const override { return !shape().is_complex; }
  [[nodiscard]] bool is_even() const override { return shape().is_even; }
  [[nodiscard]] const Stored* stored() const override { return this; }
  [[nodiscard]] LogPsi log_psi(const Batch& s) const override;
  [[nodiscard]] std::unique_ptr<WaveChains> chains(const Batch& s) const override;

  void write(archive::File& file, const std::string& group) const override;
  static std::unique_ptr<RbmWave> read(const archive::File& file, const std::string& group);

 private:
  RbmNumbers numbers_;
  std::vector<double> theta_;
};

}  // namespace nmc
