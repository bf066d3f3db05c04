#pragma once

#include "models/flows/conv/conv_kernel.hpp"
#include "models/flows/map/bijector.hpp"
#include "models/flows/nets/condition_lines.hpp"

namespace nmc {

/// One convolutional coupling of a lattice.
struct ConvSpec {
  std::vector<Index> extents;  ///< even; sites = x + Lx (y + Ly (z + …))
  int kernel = 3;              ///< width in every direction: 3, 5, …, below every extent
  /// Kernels are the same after reflections and exchanges of directions of equal extent, so that
  /// the map commutes with them.
  bool is_isotropic = false;
  int kept = 0;  ///< colour of the sites that are kept and fed: 0, that of site 0, or 1
  ConvNetSpec net;
  int conditions = 0;
};

/// A coupling of a lattice field by a net of periodic convolutions, formulas in couple_field(). It
/// commutes with translations by an even number of bonds. Every parameter is on a line in the
/// conditions that it reads: those of lay_out_net(), then their slopes, which start at 0.
class ConvCoupling final : public BijectorOf<ConvCoupling> {
 public:
  /// Throws UserError where lattice, kernel and net do not fit together.
  explicit ConvCoupling(ConvSpec spec);

  [[nodiscard]] Index sites() const override { return stencil_.sites(); }
  [[nodiscard]] Index parameter_count() const override { return lines_.parameter_count(); }
  [[nodiscard]] Index conditions() const override { return lines_.conditions(); }
  void follow(LatentTrace& trace) const override;
  void initialise(std::span<double> parameters, std::uint64_t seed) const override;
  void load(std::span<const double> parameters) override;
  [[nodiscard]] const ConvSpec& spec() const { return spec_; }
  [[nodiscard]] const ConvStencil& stencil() const { return stencil_; }
  /// Shape and place of every convolution in the parameters.
  [[nodiscard]] const PackedConvNet<double>& net() const { return double_; }
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
  [[nodiscard]] const PackedConvNet<T>& loaded() const;
  /// The net at a condition; made in `room` where there is one.
  template <class T>
  [[nodiscard]] const PackedConvNet<T>& net_at(const double* condition,
                                               PackedConvNet<T>& room) const;

  ConvSpec spec_;
  ConvStencil stencil_;
  PackedConvNet<float> single_;
  PackedConvNet<double> double_;
  ConditionLines lines_;
};

}  // namespace nmc
