#pragma once

#include <vector>

#include "models/flows/continuous/velocity_kernel.hpp"
#include "models/flows/map/bijector.hpp"
#include "models/flows/map/velocity_field.hpp"

namespace nmc {

/// Shape of a continuous flow.
struct ContinuousSpec {
  Index sites = 0;
  std::vector<int> hidden{};                             ///< widths; none: a linear velocity
  simd::Activation activation = simd::Activation::tanh;  ///< tanh or softplus, which are smooth
  int steps = 8;                                         ///< of [0, 1]
  int least_steps = 0;                                   ///< those of its training; 0: steps
  int conditions = 0;
};

/// Continuous flow of real numbers along the velocity of a dense net (Grathwohl, Chen, Bettencourt,
/// Sutskever and Duvenaud 2018, arXiv:1810.01367), ẋ = v(x, t), d ln q/dt = −∇·v from t = 0 to 1,
/// with the exact divergence in place of an estimate, formulas in PackedVelocity. The steps are
/// those of integrate_net(), and the gradient is theirs. Conditions that it reads enter the biases
/// of all layers, b + t c + Σ_k x_k d_k. Parameters: W, b, c, d of each layer.
class ContinuousFlow final : public BijectorOf<ContinuousFlow>, public VelocityField {
 public:
  /// Throws UserError where a count is below 1 or the activation is not smooth.
  explicit ContinuousFlow(ContinuousSpec spec);

  /// Where the numbers of a layer lie.
  struct Place {
    int inputs = 0, outputs = 0;
    Index weight = 0, bias = 0, time = 0, condition = 0, end = 0;
  };

  [[nodiscard]] Index sites() const override { return spec_.sites; }
  [[nodiscard]] Index parameter_count() const override { return places_.back().end; }
  [[nodiscard]] Index conditions() const override { return spec_.conditions; }
  [[nodiscard]] Index steps() const override { return spec_.steps; }
  [[nodiscard]] Index least_steps() const override { return spec_.least_steps; }
  [[nodiscard]] std::size_t trail_numbers() const override;
  [[nodiscard]] std::unique_ptr<Bijector> with_steps(Index steps) const override;
  void initialise(std::span<double> parameters, std::uint64_t seed) const override;
  void load(std::span<const double> parameters) override;
  [[nodiscard]] const ContinuousSpec& spec() const { return spec_; }
  [[nodiscard]] const std::vector<Place>& places() const { return places_; }
  void write(archive::File& file, const std::string& group,
             std::span<const double> parameters) const override;
  [[nodiscard]] static StoredLayer read(const archive::File& file, const std::string& group,
                                        Index sites);

  [[nodiscard]] const VelocityField* velocity() const override { return this; }
  Column mismatch(const SoughtVelocity& sought, Precision precision, double weight,
                  std::span<double> grad) const override;

  template <class T>
  void apply_tile(Direction way, TileView<T> tile) const;
  template <class T>
  void apply_tile_vjp(Direction way, const TileVjp<T>& tile) const;

 private:
  template <class T>
  [[nodiscard]] Column match_rows(const SoughtVelocity& sought, double weight,
                                  std::span<double> grad) const;
  template <class T>
  struct Loaded {
    PackedVelocity<T> velocity;
    VelocityBias<T> bias;  ///< of a flow without conditions
  };
  template <class T>
  void pack(Loaded<T>& loaded) const;
  template <class T>
  [[nodiscard]] const Loaded<T>& loaded() const;
  /// At the numbers of a condition.
  template <class T>
  [[nodiscard]] VelocityBias<T> biases(const double* condition) const;
  void add_to(double* grad, const VelocityGradient& by, const double* condition) const;

  ContinuousSpec spec_;
  std::vector<Place> places_;
  std::vector<double> parameters_;
  Loaded<float> single_;
  Loaded<double> double_;
};

}  // namespace nmc
