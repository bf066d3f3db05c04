#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "core/batch.hpp"
#include "core/optimise/score_blocks.hpp"

namespace nmc {

/// How a step of stochastic reconfiguration is solved for: δ is the same, but for rounding.
enum class Reconfigure {
  parameters,  ///< (S + λ) δ = F, a matrix of parameters × parameters
  samples      ///< δ = Ōᵀ (Ō Ōᵀ + n λ)⁻¹ ε, a matrix of rows × rows
};

/// Samples of a wave function: deviations of its scores and of its local energies from their means,
/// so that S = ŌᵀŌ/n and the gradient is F = Ōᵀε/n. Of a complex one real parts, and imaginary
/// parts below, in each block.
struct ScoreRows {
  ScoreBlocks& O;
  const Eigen::VectorXd& e;  ///< ε, (rows)
  Index samples = 0;         ///< n: rows, or half of them
};

struct ReconfigurationOptions {
  Reconfigure form = Reconfigure::samples;
  double momentum = 0;  ///< μ, in [0, 1)
};

/// Stochastic reconfiguration (Sorella, Phys. Rev. B 64, 024512 (2001)), in the space of samples as
/// of Chen and Heyl (Nature Phys. 20, 1476 (2024)), with the momentum of Goldshlager, Abrahamsen
/// and Lin (J. Comput. Phys. 516, 113351 (2024), SPRING):
///   δ = μ δ' + (S + λ)⁻¹ (F − μ S δ'),  δ' of the step before.
class Reconfiguration {
 public:
  explicit Reconfiguration(Index parameters, const ReconfigurationOptions& options = {});
  /// δ, by which parameters are to be lowered; λ > 0 is the shift. The same bits however many
  /// blocks are held; in the space of samples two at least. NumericalError where a number of the
  /// rows is not finite.
  [[nodiscard]] const Eigen::VectorXd& direction(const ScoreRows& rows, double shift);
  /// δ of the last step, what a checkpoint must hold.
  [[nodiscard]] std::vector<double> state() const;
  void set_state(std::span<const double> state);
  /// Bytes of the matrix of a step.
  [[nodiscard]] static double matrix_bytes(Reconfigure form, Index rows, Index parameters);

 private:
  ReconfigurationOptions options_;
  Eigen::VectorXd last_;
  Eigen::MatrixXd matrix_;  ///< kept from step to step
};

/// F. NumericalError where a number of the rows is not finite.
[[nodiscard]] Eigen::VectorXd energy_gradient(const ScoreRows& rows);
/// S itself, for reference.
[[nodiscard]] Eigen::MatrixXd score_covariance(const ScoreRows& rows);

}  // namespace nmc
