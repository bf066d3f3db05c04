#include "models/energy/packed_rbm.hpp"

#include <algorithm>

namespace nmc {
namespace {

/// Rows whose sums of one tile stay in the L2 cache beside the tables.
constexpr Index kRowsAtOnce = 256;

UnitLayer empty_layer(Index inputs, Index outputs) {
  UnitLayer layer;
  layer.inputs = inputs;
  layer.outputs = outputs;
  layer.weights.resize(
      static_cast<std::size_t>(layer.tiles() * kUnitTile * layer.words() * kWordBits));
  layer.bias.assign(static_cast<std::size_t>(layer.tiles() * kUnitTile), UnitLayer::kNoUnit);
  return layer;
}

/// One tile of the rows from `first` on.
struct RowsOfTile {
  Index tile, first, rows;
};

std::vector<float> sums_of(const UnitLayer& layer, const BitRows& in, const RowsOfTile& part) {
  std::vector<float> sums(static_cast<std::size_t>(part.rows * kUnitTile));
  add_selected({.weights = layer.tile(part.tile),
                .bits = in.row(part.first),
                .words = layer.words(),
                .stride = in.words(),
                .rows = part.rows,
                .sums = sums.data()});
  return sums;
}

void run_part(const LayerPass& pass, const RowsOfTile& part, const std::vector<float>& sums) {
  const float* const bias = pass.bias != nullptr ? pass.bias : pass.layer.bias.data();
  UnitDraw draw;
  draw.tile = {sums.data(), part.rows, bias + part.tile * kUnitTile, pass.scale};
  draw.factor = pass.factor;
  draw.streams = pass.streams.from_chain(part.first);
  draw.number = pass.first_number + part.tile;
  if (pass.out != nullptr) {
    draw.bits = pass.out->row(part.first) + part.tile;
    draw.stride = pass.out->words();
  }
  if (pass.means != nullptr)
    draw.means = pass.means + (part.tile * pass.means_rows + part.first) * kUnitTile;
  draw_units(draw);
}

}  // namespace

void run_pass(const LayerPass& pass, const Threads& threads) {
  const Index rows = pass.in.rows();
  threads.for_each(pass.layer.tiles(), [&](Index tile) {
    for (Index first = 0; first < rows; first += kRowsAtOnce) {
      const RowsOfTile part{tile, first, std::min(kRowsAtOnce, rows - first)};
      run_part(pass, part, sums_of(pass.layer, pass.in, part));
    }
  });
}

Column softplus_change(const UnitLayer& layer, const BitRows& in, const FieldScales& scales,
                       const LayerPass* pass) {
  Column total = Column::Zero(in.rows());
  for (Index first = 0; first < in.rows(); first += kRowsAtOnce)
    for (Index tile = 0; tile < layer.tiles(); ++tile) {
      const RowsOfTile part{tile, first, std::min(kRowsAtOnce, in.rows() - first)};
      const std::vector<float> sums = sums_of(layer, in, part);
      UnitSoftplus softplus;
      softplus.tile = {sums.data(), part.rows, layer.bias.data() + tile * kUnitTile, 1};
      softplus.units = std::min(kUnitTile, layer.outputs - tile * kUnitTile);
      softplus.low = scales.low;
      softplus.high = scales.high;
      softplus.total = total.data() + first;
      add_softplus_of(softplus);
      if (pass != nullptr) run_part(*pass, part, sums);
    }
  return total;
}

PackedRbm::PackedRbm(const Rbm& rbm)
    : up(empty_layer(rbm.sites(), rbm.hidden())), down(empty_layer(rbm.hidden(), rbm.sites())) {
  const BinaryForm form = binary_form(rbm);
  std::ranges::transform(form.b, up.bias.begin(), [](double b) { return static_cast<float>(b); });
  std::ranges::transform(form.a, down.bias.begin(), [](double a) { return static_cast<float>(a); });
  for (Index j = 0; j < rbm.hidden(); ++j)
    for (Index i = 0; i < rbm.sites(); ++i)
      up.tile(j / kUnitTile)[i * kUnitTile + j % kUnitTile] = static_cast<float>(form.W(i, j));
  mirror(Threads{});
}

void PackedRbm::mirror(const Threads& threads) {
  threads.for_each(down.tiles(), [&](Index block) {
    for (Index tile = 0; tile < up.tiles(); ++tile)
      transpose_tile(up.tile(tile) + block * kWordBits * kUnitTile,
                     down.tile(block) + tile * kWordBits * kUnitTile);
  });
}

Rbm PackedRbm::unpacked(Units units) const {
  const Index nv = up.inputs, nh = up.outputs;
  Rbm rbm({nv, nh, units});
  Eigen::Map<Eigen::VectorXd> a(rbm.parameters().data(), nv);
  Eigen::Map<Eigen::VectorXd> b(rbm.parameters().data() + nv, nh);
  Eigen::Map<Eigen::MatrixXd> W(rbm.parameters().data() + nv + nh, nh, nv);
  for (Index i = 0; i < nv; ++i) a(i) = down.bias[static_cast<std::size_t>(i)];
  for (Index j = 0; j < nh; ++j) {
    b(j) = up.bias[static_cast<std::size_t>(j)];
    for (Index i = 0; i < nv; ++i) W(j, i) = up.tile(j / kUnitTile)[i * kUnitTile + j % kUnitTile];
  }
  if (units == Units::binary) return rbm;
  W /= 4;  // the way back of binary_form()
  a = a / 2 + W.colwise().sum().transpose();
  b = b / 2 + W.rowwise().sum();
  return rbm;
}

}  // namespace nmc
