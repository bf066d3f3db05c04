#pragma once

#include "models/flows/map/bijector.hpp"
#include "models/flows/nets/precision.hpp"
#include "models/flows/spline/spline_kernel.hpp"

namespace nmc {

/// One coupling of real numbers by rational-quadratic splines.
struct SplineSpec {
  Index sites = 0;          ///< of the whole configuration
  int bins = 8;             ///< of a spline, 2 to 64
  double bound = 5;         ///< B: outside [−B, B] nothing is moved
  std::vector<int> moved;   ///< sites; all others are kept and fed
  std::vector<int> hidden;  ///< widths of the hidden layers
  simd::Activation activation = simd::Activation::elu;
  Precision precision = Precision::twice;  ///< of the net; what is moved is in double
  int conditions = 0;                      ///< numbers that the net reads beside the kept ones
};

/// Of its net, from the inputs to the outputs.
[[nodiscard]] std::vector<int> spline_net_widths(const SplineSpec& spec);

/// A coupling by splines, formulas in couple_splines(). Parameters: W0 (hidden, kept + conditions)
/// row-major, b0, W1, b1, …; numbers 0 of a spline are the identity. Columns of conditions start at
/// 0.
class SplineCoupling final : public Bijector {
 public:
  /// Throws UserError when sites, widths, bins or the bound do not fit together.
  explicit SplineCoupling(SplineSpec spec);

  [[nodiscard]] Index sites() const override { return spec_.sites; }
  [[nodiscard]] Index parameter_count() const override { return parameter_count_; }
  [[nodiscard]] Index conditions() const override { return spec_.conditions; }
  void follow(LatentTrace& trace) const override;
  void initialise(std::span<double> parameters, std::uint64_t seed) const override;
  void load(std::span<const double> parameters) override;
  [[nodiscard]] const SplineSpec& spec() const { return spec_; }
  void write(archive::File& file, const std::string& group,
             std::span<const double> parameters) const override;
  [[nodiscard]] static StoredLayer read(const archive::File& file, const std::string& group,
                                        Index sites);

  /// Splines are not mapped in single precision, whose knots would round: std::logic_error.
  void apply(Direction way, TileView<float> tile) const override;
  void apply(Direction way, TileView<double> tile) const override;
  void apply_vjp(Direction way, const TileVjp<float>& tile) const override;
  void apply_vjp(Direction way, const TileVjp<double>& tile) const override;

 private:
  SplineSpec spec_;
  Index parameter_count_ = 0;
  SplineNet<float> single_;
  SplineNet<double> double_;
};

}  // namespace nmc
