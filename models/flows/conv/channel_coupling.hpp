#pragma once

#include "models/flows/conv/channel_kernel.hpp"
#include "models/flows/map/bijector.hpp"
#include "models/flows/nets/condition_lines.hpp"

namespace nmc {

/// One coupling of the channels of cells.
struct ChannelSpec {
  Cells cells;      ///< of an even number of channels, the first half of which is kept
  int kernel = 3;   ///< width in cells: 3, 5, …; see make_cell_stencil()
  ConvNetSpec net;  ///< its inputs and outputs are those of the cells
  int conditions = 0;
};

/// A coupling of channels by a net of periodic convolutions over the cells, formulas in
/// couple_channels(). Every parameter is on a line in the conditions that it reads: those of
/// lay_out_net(), then their slopes, which start at 0.
class ChannelCoupling final : public BijectorOf<ChannelCoupling> {
 public:
  /// Throws UserError where cells, kernel and net do not fit together.
  explicit ChannelCoupling(ChannelSpec spec);

  [[nodiscard]] Index sites() const override { return spec_.cells.field; }
  [[nodiscard]] Index parameter_count() const override { return lines_.parameter_count(); }
  [[nodiscard]] Index conditions() const override { return lines_.conditions(); }
  void follow(LatentTrace& trace) const override;
  void initialise(std::span<double> parameters, std::uint64_t seed) const override;
  void load(std::span<const double> parameters) override;
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
  /// The net at a condition; made in `room` where there is one.
  template <class T>
  [[nodiscard]] const PackedConvNet<T>& net_at(const double* condition,
                                               PackedConvNet<T>& room) const;

  ChannelSpec spec_;
  ConvStencil stencil_;
  PackedConvNet<float> single_;
  PackedConvNet<double> double_;
  ConditionLines lines_;
};

}  // namespace nmc
