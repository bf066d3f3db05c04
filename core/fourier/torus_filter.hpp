#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// Multiplication in wave-vector space on a periodic lattice: y = F⁻¹ diag(m) F x for every chain,
/// with a real m(k) = m(−k), so that y is real. O(N log N) for one chain and O(N) memory.
/// Sites and wave vectors are numbered alike, k = kx + Lx (ky + Ly (kz + …)).
///
/// One real transform for one chain at a time, planned by estimate and not by timing: a chain's
/// numbers are the same in every batch and in every run. All functions may be called by several
/// threads at once.
class TorusFilter {
 public:
  explicit TorusFilter(std::vector<Index> extents);
  ~TorusFilter();
  TorusFilter(TorusFilter&&) noexcept;
  TorusFilter& operator=(TorusFilter&&) noexcept;

  [[nodiscard]] Index sites() const;
  [[nodiscard]] const std::vector<Index>& extents() const;

  /// The multipliers m, (sites), in the packed form that apply() takes: the half spectrum
  /// kx <= Lx/2, with the 1/N of the inverse transform.
  [[nodiscard]] std::vector<double> pack(std::span<const double> multiplier) const;
  /// y = F⁻¹ diag(m) F x; x and y are (chains, sites), y is resized and may be x itself.
  void apply(std::span<const double> packed, const Batch& x, Batch& y) const;

  /// total(k) += Σ_chains Re[conj((F a)_k) (F b)_k] / N for every wave vector, (sites): the
  /// derivative of Σ a·(F⁻¹ diag(m) F b) by m(k). Chains are added in order.
  void add_cross_spectrum(const Batch& a, const Batch& b, std::span<double> total) const;

  /// Wave vectors of the half spectrum, kx = 0 … Lx/2; the others are −k of these.
  [[nodiscard]] Index modes() const;
  /// power(c, mode) += |(F x)_k|² / N of every chain; power is (chains, modes).
  void add_power(const Batch& x, Eigen::Ref<Batch> power) const;
  /// A function of the half spectrum, even in k, at all wave vectors, (sites).
  [[nodiscard]] std::vector<double> unfold(std::span<const double> half) const;
  /// (1/N) Σ_k power(k) e^{ik·r} at all sites r, from a half spectrum: the two-point function
  /// (1/N) Σ_x s_x s_{x+r} where power is |(F s)_k|² / N.
  [[nodiscard]] std::vector<double> two_point(std::span<const double> half) const;

 private:
  struct Plans;
  std::unique_ptr<const Plans> plans_;
};

}  // namespace nmc
