#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/archive/file.hpp"
#include "core/roles/stored.hpp"
#include "core/roles/wave_function.hpp"

namespace nmc {

/// How large a Jastrow wave function is, and which of its numbers are one.
struct JastrowShape {
  Index sites = 0;
  bool is_complex = false;
  bool is_even = false;  ///< ψ(−s) = ψ(s): no a
  /// Extents of the torus, x first, all of whose translations leave ψ as it is; empty: v of every
  /// pair is its own.
  std::vector<Index> torus{};
};

/// Pairs of spins (Jastrow, Phys. Rev. 98, 1479 (1955)),
///   ln ψ(s) = Σ_i a_i s_i + Σ_{i<j} v_ij s_i s_j,
/// with real or complex a and v. Parameters: a, one where translations tie them, and v, in the
/// order (0, 1), (0, 2), … (1, 2), …, tied ones where the first of them stands; of a complex one
/// their real parts and then their imaginary parts.
class JastrowWave final : public WaveFunction, public Stored {
 public:
  /// All numbers 0. UserError where there is no such wave function.
  explicit JastrowWave(JastrowShape shape);
  /// All numbers normal with standard deviation `width`.
  static std::unique_ptr<JastrowWave> random(const JastrowShape& shape, double width,
                                             std::uint64_t seed);

  [[nodiscard]] const JastrowShape& shape() const { return shape_; }
  [[nodiscard]] std::span<const double> parameters() const override { return theta_; }
  [[nodiscard]] std::span<double> parameters() override { return theta_; }
  void parameters_changed() override;
  [[nodiscard]] Index sites() const override { return shape_.sites; }
  [[nodiscard]] bool is_positive() const override { return !shape_.is_complex; }
  [[nodiscard]] bool is_even() const override { return shape_.is_even; }
  [[nodiscard]] const Stored* stored() const override { return this; }
  [[nodiscard]] LogPsi log_psi(const Batch& s) const override;
  [[nodiscard]] std::unique_ptr<WaveChains> chains(const Batch& s) const override;

  /// What chains read, of the real or the imaginary part.
  [[nodiscard]] Index parts() const { return shape_.is_complex ? 2 : 1; }
  [[nodiscard]] const Eigen::VectorXd& a(Index part) const {
    return a_[static_cast<std::size_t>(part)];
  }
  /// Symmetric, 0 on the diagonal, (sites, sites).
  [[nodiscard]] const Eigen::MatrixXd& v(Index part) const {
    return v_[static_cast<std::size_t>(part)];
  }
  /// Σ of what a parameter multiplies, of every parameter of one part, (chains, parameters of it).
  [[nodiscard]] Batch features(const Batch& s) const;

  void write(archive::File& file, const std::string& group) const override;
  static std::unique_ptr<JastrowWave> read(const archive::File& file, const std::string& group);

 private:
  JastrowShape shape_;
  std::vector<Index> of_site_, of_pair_;  ///< parameter of each a, of each pair; −1: none
  Index parameters_ = 0;                  ///< of one part
  std::vector<double> theta_;
  std::vector<Eigen::VectorXd> a_;
  std::vector<Eigen::MatrixXd> v_;
};

}  // namespace nmc
