#pragma once

#include <memory>
#include <string>
#include <utility>

#include "core/archive/file.hpp"
#include "core/roles/autoregressive.hpp"
#include "core/roles/born.hpp"
#include "core/roles/stored.hpp"
#include "core/roles/wave_function.hpp"

namespace nmc {

/// ψ = √q of a network of spins that are drawn one after the other, of a Born machine, q = Ψ²/Z,
/// with the signs of Ψ: normalised, and drawn exactly, without chains (Hibat-Allah, Ganahl,
/// Hayward, Melko and Carrasquilla, Phys. Rev. Research 2, 023358 (2020)). In a file it is the
/// network itself.
class AutoregressiveWave final : public WaveFunction, public Stored {
 public:
  /// UserError for a model that is none of these, or that has inputs of its own.
  explicit AutoregressiveWave(std::unique_ptr<Trainable> network);
  [[nodiscard]] const Trainable& network() const { return *network_; }

  [[nodiscard]] std::span<const double> parameters() const override {
    return std::as_const(*network_).parameters();
  }
  [[nodiscard]] std::span<double> parameters() override { return network_->parameters(); }
  void parameters_changed() override { network_->parameters_changed(); }
  [[nodiscard]] Index sites() const override { return network_->sites(); }
  [[nodiscard]] bool is_positive() const override { return born_ == nullptr; }
  [[nodiscard]] bool is_real() const override { return true; }
  /// One that is mixed with its image is even and does not know it.
  [[nodiscard]] bool is_even() const override { return false; }
  [[nodiscard]] const Model* draws() const override { return network_.get(); }
  [[nodiscard]] const Stored* stored() const override;
  [[nodiscard]] LogPsi log_psi(const Batch& s) const override;
  [[nodiscard]] std::unique_ptr<WaveChains> chains(const Batch& s) const override;
  void write(archive::File& file, const std::string& group) const override;

 private:
  std::unique_ptr<Trainable> network_;
  const Autoregressive& tokens_;
  const BornState* born_;  ///< the network itself, or null
};

}  // namespace nmc
