#pragma once

#include <vector>

#include "models/flows/map/bijector.hpp"
#include "models/flows/nets/condition_lines.hpp"

namespace nmc {

/// Shape of a step of a leapfrog.
struct KickSpec {
  Index sites = 0;        ///< 2 N, positions first
  bool is_drift = false;  ///< moves the positions by the momenta, else the momenta by the positions
  int hidden = 16;
  bool is_odd = false;  ///< commutes with a change of all signs
  int conditions = 0;
};

/// Where the numbers of a kick lie in its parameters.
struct KickNumbers {
  explicit KickNumbers(const KickSpec& spec);
  Index quadratic = 0;  ///< S, its lower triangle row by row
  Index weight = 0;     ///< W, (hidden, N)
  Index amplitude = 0;  ///< a, (hidden)
  Index bias = 0;       ///< b, (hidden), and from here on none where it is odd
  Index constant = 0;   ///< c, (N)
  Index count = 0;
};

/// A kick in the precision of the kernels, at one condition.
template <class T>
struct PackedKick {
  std::vector<T> quadratic, weight, transposed;  ///< in the order of simd::dense_forward
  std::vector<T> amplitude, bias, constant;
};

/// One step of a leapfrog in a learned Hamiltonian: p ← p − ∇φ(q), or q ← q + ∇φ(p) of a drift, in
/// generation, with φ(x) = c·x + ½ xᵀ S x + Σ_h a_h ln cosh(W_h·x + b_h) (gradient modules of Jin,
/// Zhang, Zhu, Tang and Karniadakis, Neural Networks 132, 166 (2020), arXiv:2001.03750, eq. 9).
/// The Jacobian of a gradient is symmetric, so that the step is symplectic; log det 0. All numbers
/// are on lines in the conditions that it reads; it starts as the identity.
class KickLayer final : public BijectorOf<KickLayer> {
 public:
  /// Throws UserError where the sites are no pairs, or there is no hidden unit.
  explicit KickLayer(const KickSpec& spec);
  [[nodiscard]] Index sites() const override { return spec_.sites; }
  [[nodiscard]] Index parameter_count() const override { return lines_.parameter_count(); }
  [[nodiscard]] Index conditions() const override { return lines_.conditions(); }
  [[nodiscard]] const KickSpec& spec() const { return spec_; }
  void initialise(std::span<double> parameters, std::uint64_t seed) const override;
  void load(std::span<const double> parameters) override;
  void write(archive::File& file, const std::string& group,
             std::span<const double> parameters) const override;
  [[nodiscard]] static StoredLayer read(const archive::File& file, const std::string& group,
                                        Index sites);

  template <class T>
  void apply_tile(Direction way, TileView<T> tile) const;
  template <class T>
  void apply_tile_vjp(Direction way, const TileVjp<T>& tile) const;

 private:
  template <class T>
  [[nodiscard]] PackedKick<T> packed(const std::vector<double>& numbers) const;
  template <class T>
  [[nodiscard]] const PackedKick<T>& loaded() const;
  [[nodiscard]] int half() const { return static_cast<int>(spec_.sites / 2); }

  KickSpec spec_;
  KickNumbers numbers_;
  ConditionLines lines_;
  PackedKick<float> single_;
  PackedKick<double> double_;
};

}  // namespace nmc
