#pragma once

#include "models/flows/map/bijector.hpp"
#include "models/flows/nets/precision.hpp"
#include "models/flows/spline/circular_kernel.hpp"

namespace nmc {

/// One coupling of angles by circular splines on patches that share their net.
struct CircularSpec {
  Index sites = 0;  ///< of the whole configuration
  int bins = 8;     ///< of a spline, 2 to 64
  /// Feeds kept angles relative to the first one of their patch: with that the layer commutes with
  /// a rotation of all angles.
  bool is_invariant = false;
  /// By patches, each of equal length. Kept angles are fed to the net in this order; moved ones are
  /// in one patch and kept in none; reference holds, for each moved angle, the kept one of its
  /// patch about which its spline turns.
  std::vector<std::vector<int>> kept, moved, reference;
  std::vector<int> hidden;  ///< widths of the hidden layers
  simd::Activation activation = simd::Activation::elu;
  Precision precision = Precision::twice;  ///< of the net; angles are in double
};

/// A coupling of angles, formulas in couple_angles(). A spline about a reference angle follows it
/// all the way round, which a rotation by the number of a net cannot: continuous numbers of angles
/// have no winding. Parameters: W0 (hidden, 2 kept) row-major, b0, W1, b1, …
class CircularCoupling final : public Bijector {
 public:
  /// Throws UserError when patches, widths or bins do not fit together.
  explicit CircularCoupling(CircularSpec spec);

  [[nodiscard]] Index sites() const override { return spec_.sites; }
  [[nodiscard]] Index parameter_count() const override { return parameter_count_; }
  [[nodiscard]] Support image(Support in) const override;
  void follow(LatentTrace& trace) const override;
  void initialise(std::span<double> parameters, std::uint64_t seed) const override;
  void load(std::span<const double> parameters) override;
  [[nodiscard]] const CircularSpec& spec() const { return spec_; }
  void write(archive::File& file, const std::string& group,
             std::span<const double> parameters) const override;
  [[nodiscard]] static StoredLayer read(const archive::File& file, const std::string& group,
                                        Index sites);

  /// Angles are not mapped in single precision, whose π is none of the circle: std::logic_error.
  void apply(Direction way, TileView<float> tile) const override;
  void apply(Direction way, TileView<double> tile) const override;
  void apply_vjp(Direction way, const TileVjp<float>& tile) const override;
  void apply_vjp(Direction way, const TileVjp<double>& tile) const override;

 private:
  [[nodiscard]] CircularPatches patches() const;

  CircularSpec spec_;
  std::vector<int> kept_, moved_, reference_;  ///< row by row
  Index parameter_count_ = 0;
  CircularNet<float> single_;
  CircularNet<double> double_;
};

}  // namespace nmc
