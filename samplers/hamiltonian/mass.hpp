#pragma once

#include <Eigen/Core>
#include <optional>
#include <span>
#include <vector>

#include "core/batch.hpp"
#include "core/fourier/torus_filter.hpp"

namespace nmc {

enum class MassKind { unit, diagonal, dense, fourier };

/// Inverse mass M^{-1} = L Lᵀ: 1, a diagonal, a dense matrix (L lower triangular), or diagonal in
/// the wave vectors of a torus.
class Mass {
 public:
  /// One of the first three kinds, with L = 1.
  Mass(MassKind kind, Index sites);
  /// Fourier acceleration (Batrouni et al., Phys. Rev. D 32 (1985) 2736): M^{-1}(k) is the free
  /// propagator 1 / (2 (k̂² + m²)) of Σ (φ − φ')² + m² φ², k̂² = Σ_μ 4 sin²(k_μ/2), m > 0.
  Mass(const std::vector<Index>& torus, double m);
  [[nodiscard]] MassKind kind() const { return kind_; }
  /// Row c of the result is L v(c). Each chain's rounding is its own.
  [[nodiscard]] Batch times(const Batch& v) const;
  /// Row c of the result is Lᵀ v(c).
  [[nodiscard]] Batch transposed_times(const Batch& v) const;
  /// Row c of the result is L^{-1} v(c); not of Fourier acceleration.
  [[nodiscard]] Batch inverse_times(const Batch& v) const;
  /// From the estimated covariance of x: (1, sites) variances or (sites, sites).
  void set_covariance(const Eigen::MatrixXd& covariance);
  /// Entries of L: none, sites, or sites², column by column.
  [[nodiscard]] std::vector<double> state() const;
  void set_state(std::span<const double> state);
  [[nodiscard]] std::size_t state_size() const { return static_cast<std::size_t>(factor_.size()); }

 private:
  MassKind kind_;
  Eigen::MatrixXd factor_;  ///< (0, 0), (1, sites) or (sites, sites)
  std::optional<TorusFilter> filter_;
  std::vector<double> multiplier_;  ///< L(k), packed
};

/// Running mean and covariance of the configurations of a warm-up window (Welford 1962; Chan et al.
/// 1979), pooled over chains.
class MassEstimate {
 public:
  MassEstimate(MassKind kind, Index sites);
  void add(const Batch& x);
  void clear();
  [[nodiscard]] double count() const { return count_; }
  /// Shrunk as in Stan: n/(n+5)·covariance + 1e-3·5/(n+5)·1.
  [[nodiscard]] Eigen::MatrixXd covariance() const;
  [[nodiscard]] std::vector<double> state() const;
  void set_state(std::span<const double> state);
  [[nodiscard]] std::size_t state_size() const;

 private:
  MassKind kind_;
  double count_ = 0;
  Eigen::VectorXd mean_;
  Eigen::MatrixXd moments_;  ///< Σ (x − mean)(x − mean)ᵀ, its diagonal as (1, sites), or (0, 0)
};

/// When the mass is estimated, as in Stan (reference manual, 15.2): a first buffer for the step
/// size alone, windows of doubling length, a last buffer for the final step size.
struct WarmupWindows {
  Index first = 0;  ///< first step of the first window
  Index last = 0;   ///< one past the last step of the last window
  Index base = 25;  ///< length of the first window
  static WarmupWindows of(Index warmup);
  [[nodiscard]] bool contains(Index step) const { return first <= step && step < last; }
  /// Whether a window ends with this step.
  [[nodiscard]] bool ends_at(Index step) const;
};

}  // namespace nmc
