#pragma once

#include <memory>

#include "core/interfaces.hpp"
#include "core/spins/graph.hpp"
#include "physics/systems/dual_kernel.hpp"

namespace nmc {

/// The continuous dual (Hubbard-Stratonovich field) of an Ising model, conventions.md section 3:
/// ln p(x) = −E(x) + const, E(x) = ½ xᵀK⁻¹x − Σ_i ln cosh(x_i + βh_i), h = 0 as a rule. Given x,
/// the spins are independent with ⟨s_i⟩ = tanh(x_i + βh_i); given s, x ~ N(K s, K). Block 0 is the
/// field, block 1 the spins.
class DualIsing final : public Target, public Blocks {
 public:
  DualIsing(Graph graph, double beta);
  /// The same with a kernel of the caller's choice.
  DualIsing(Graph graph, double beta, std::unique_ptr<const DualKernel> kernel);

  [[nodiscard]] Index sites() const override { return graph_.sites; }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] bool is_differentiable() const override { return true; }
  /// −E(x), (chains).
  [[nodiscard]] Column log_density(const Batch& x) const override;
  /// Gradient −K⁻¹x + tanh(x + βh).
  Column log_density_grad(const Batch& x, Batch& grad) const override;

  [[nodiscard]] const std::vector<Shape>& shapes() const override { return shapes_; }
  [[nodiscard]] Batch draw(Index block, std::span<const Batch> all,
                           const Batch& numbers) const override;
  /// −½ xᵀK⁻¹x + Σ_i s_i (x_i + βh_i) − N ln 2.
  [[nodiscard]] Column log_joint(std::span<const Batch> all) const override;
  /// Spins ±1: s(c, i) = +1 where uniforms(c, i) < p(s_i = +1 | x(c)); all (chains, sites).
  [[nodiscard]] Batch spins_given_field(const Batch& x, const Batch& uniforms) const;
  /// Fields from standard normals; all (chains, sites).
  [[nodiscard]] Batch field_given_spins(const Batch& s, const Batch& normals) const;
  /// t_i = ⟨s_i | x⟩ = tanh(x_i + βh_i), (chains, sites).
  [[nodiscard]] Batch mean_spins(const Batch& x) const;

  /// lnZ_x − lnZ_spin = (N/2)(α + ln 2π − 2 ln 2) + ½ ln det K.
  [[nodiscard]] double lnZ_minus_lnZ_spin() const;
  [[nodiscard]] const DualKernel& kernel() const { return *kernel_; }
  [[nodiscard]] const Graph& graph() const { return graph_; }
  [[nodiscard]] double beta() const { return beta_; }

 private:
  Graph graph_;
  double beta_;
  std::unique_ptr<const DualKernel> kernel_;
  std::vector<Shape> shapes_;
};

/// The same field in other coordinates, x = K y: ln p(y) = −½ yᵀKy + Σ ln cosh((Ky)_i + βh_i)
/// + ln det K + const. Only a stencil is left, and lnZ is that of DualIsing.
class DualStencil final : public Target, public Blocks {
 public:
  DualStencil(Graph graph, double beta);

  [[nodiscard]] Index sites() const override { return dual_.sites(); }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] bool is_differentiable() const override { return true; }
  [[nodiscard]] Column log_density(const Batch& y) const override;
  Column log_density_grad(const Batch& y, Batch& grad) const override;

  [[nodiscard]] const std::vector<Shape>& shapes() const override { return dual_.shapes(); }
  [[nodiscard]] Batch draw(Index block, std::span<const Batch> all,
                           const Batch& numbers) const override;
  /// That of the field, with ln det K of the change of coordinates.
  [[nodiscard]] Column log_joint(std::span<const Batch> all) const override;

  /// x = K y.
  [[nodiscard]] Batch to_field(const Batch& y) const { return dual_.kernel().apply(y); }
  [[nodiscard]] const DualIsing& dual() const { return dual_; }

 private:
  DualIsing dual_;
};

}  // namespace nmc
