#pragma once

#include "models/flows/continuous/kernel_ode.hpp"
#include "models/flows/map/bijector.hpp"
#include "models/flows/nets/condition_lines.hpp"

namespace nmc {

/// Where the numbers of a kernel flow lie in its parameters, and how many there are.
struct KernelNumbers {
  explicit KernelNumbers(const KernelFieldShape& shape, Index orbits);
  Index log_scale = 0;  ///< a, (orbits)
  Index linear = 0;     ///< ℓ, (times, orbits)
  Index in = 0;         ///< S, (channels, times, orbits)
  Index out = 0;        ///< K, the same; S itself where there is a potential
  Index weight = 0;     ///< b, (channels, times, harmonics)
  Index frequency = 0;  ///< ω, (channels)
  Index count = 0;
};

/// Continuous flow of a lattice field whose velocity has translations, point group and φ → −φ by
/// construction (Gerdes, de Haan, Rainone, Bondesan and Cheng, SciPost Phys. 15, 238 (2023),
/// arXiv:2207.00283), here with a kernel before the sines as well, formulas in PackedKernelField.
/// With K = S the velocity is the gradient of a potential summed over all translations, a
/// Monge–Ampère flow (Zhang, E and Wang 2018, arXiv:1809.10188).
/// Every number is a series of Legendre polynomials of time but a and ω; S and K are multiplied by
/// e^a. Integrated by integrate_kernel(). All numbers are on lines in the conditions that it reads.
class KernelFlow final : public BijectorOf<KernelFlow> {
 public:
  /// Throws UserError where there is no lattice or a count is below 1. least_steps: those that it
  /// is trained with; 0: shape.steps.
  explicit KernelFlow(KernelFieldShape shape, Index conditions = 0, Index least_steps = 0);

  [[nodiscard]] Index sites() const override { return std::ssize(orbit_); }
  [[nodiscard]] Index parameter_count() const override { return lines_.parameter_count(); }
  [[nodiscard]] Index conditions() const override { return lines_.conditions(); }
  [[nodiscard]] Index steps() const override { return shape_.steps; }
  [[nodiscard]] Index least_steps() const override { return least_steps_; }
  [[nodiscard]] std::size_t trail_numbers() const override;
  [[nodiscard]] std::unique_ptr<Bijector> with_steps(Index steps) const override;
  [[nodiscard]] std::vector<LiftPart> lift_parts() const override;
  void initialise(std::span<double> parameters, std::uint64_t seed) const override;
  void load(std::span<const double> parameters) override;
  [[nodiscard]] const KernelFieldShape& shape() const { return shape_; }
  [[nodiscard]] Index orbits() const { return orbits_; }
  [[nodiscard]] const KernelNumbers& numbers() const { return numbers_; }
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
  [[nodiscard]] const PackedKernelField<T>& loaded() const;
  template <class T>
  void pack(const std::vector<double>& numbers, PackedKernelField<T>& field) const;
  /// What the numbers at a condition are at the times of the steps.
  [[nodiscard]] KernelTables<double> tables_of(const std::vector<double>& numbers) const;
  /// From the gradient by those tables to that by the numbers.
  [[nodiscard]] std::vector<double> pull_back(const KernelTables<double>& grad,
                                              const std::vector<double>& numbers) const;

  KernelFieldShape shape_;
  Index least_steps_;
  std::vector<int> orbit_;  ///< of every mode
  Index orbits_ = 0;
  std::vector<double> size_;   ///< modes of each orbit
  std::vector<double> basis_;  ///< Legendre polynomials, (2 steps + 1, times)
  KernelNumbers numbers_;
  ConditionLines lines_;
  PackedKernelField<float> single_;
  PackedKernelField<double> double_;
};

}  // namespace nmc
