#include "models/flows/map/flow_rows.hpp"

#include <algorithm>
#include <new>

#include "core/simd/flush_denormals.hpp"

namespace nmc {
namespace {

using simd::kTile;

/// Rows [row, row + kTile) of a batch as a tile and back; missing rows are zero.
template <class T>
class TileBuffer {
 public:
  explicit TileBuffer(Index sites)
      : sites_(sites), data_(static_cast<T*>(::operator new(bytes(), std::align_val_t(64)))) {}
  ~TileBuffer() { ::operator delete(data_, std::align_val_t(64)); }
  TileBuffer(const TileBuffer&) = delete;
  TileBuffer& operator=(const TileBuffer&) = delete;

  T* data() { return data_; }

  void read(const Batch& batch, Index row) {
    const Index rows = std::min<Index>(kTile, batch.rows() - row);
    for (Index site = 0; site < sites_; ++site) {
      const double* from = &batch.coeffRef(row, site);
      T* to = data_ + site * kTile;
      for (Index k = 0; k < rows; ++k) to[k] = static_cast<T>(from[k]);
      for (Index k = rows; k < kTile; ++k) to[k] = 0;
    }
  }
  void write(Batch& batch, Index row) const {
    const Index rows = std::min<Index>(kTile, batch.rows() - row);
    for (Index site = 0; site < sites_; ++site) {
      const T* from = data_ + site * kTile;
      double* to = &batch.coeffRef(row, site);
      for (Index k = 0; k < rows; ++k) to[k] = static_cast<double>(from[k]);
    }
  }

 private:
  [[nodiscard]] std::size_t bytes() const {
    return static_cast<std::size_t>(sites_) * kTile * sizeof(T);
  }
  Index sites_;
  T* data_;
};

template <class T>
Mapped map_rows(const FlowHere& here, Direction way, const Batch& in) {
  Mapped out{Batch(in.rows(), in.cols()), Column(in.rows())};
  const simd::FlushDenormals flush;
  TileBuffer<T> tile(in.cols());
  for (Index row = 0; row < in.rows(); row += kTile) {
    double log_det[kTile] = {};
    tile.read(in, row);
    const auto through = [&](const Bijector& layer) {
      layer.apply(way,
                  TileView<T>{tile.data(), here.log_det_of(layer, log_det), here.condition.data()});
    };
    if (way == Direction::generate)
      for (const auto& layer : here.layers) through(*layer);
    else
      std::for_each(here.layers.rbegin(), here.layers.rend(),
                    [&](const auto& layer) { through(*layer); });
    tile.write(out.y, row);
    for (Index k = row; k < std::min(in.rows(), row + kTile); ++k)
      out.log_det(k) = log_det[k - row];
  }
  return out;
}

template <class T>
Batch vjp_rows(const FlowHere& here, Direction way, const FlowCotangents& c,
               std::span<double> grad) {
  Batch out(c.y.rows(), c.y.cols());
  const simd::FlushDenormals flush;
  TileBuffer<T> tile(c.y.cols()), cotangent(c.y.cols());
  alignas(64) T g_log_det[kTile];
  std::vector<Index> first{0};
  for (const auto& layer : here.layers) first.push_back(first.back() + layer->parameter_count());
  for (Index row = 0; row < out.rows(); row += kTile) {
    tile.read(c.y, row);
    cotangent.read(c.gy, row);
    for (Index k = 0; k < kTile; ++k)
      g_log_det[k] = row + k < out.rows() ? static_cast<T>(c.g_log_det(row + k)) : T(0);
    const auto pull_back = [&](std::size_t k) {
      double* slice = grad.empty() ? nullptr : grad.data() + first[k];
      here.layers[k]->apply_vjp(
          way, TileVjp<T>{tile.data(), cotangent.data(), g_log_det, slice, here.condition.data()});
    };
    if (way == Direction::generate)
      for (std::size_t k = here.layers.size(); k-- > 0;) pull_back(k);
    else
      for (std::size_t k = 0; k < here.layers.size(); ++k) pull_back(k);
    cotangent.write(out, row);
  }
  return out;
}

}  // namespace

Mapped map_batch(const FlowHere& here, Direction way, const Batch& in) {
  return here.precision == Precision::single ? map_rows<float>(here, way, in)
                                             : map_rows<double>(here, way, in);
}

Batch vjp_batch(const FlowHere& here, Direction way, const FlowCotangents& c,
                std::span<double> grad) {
  return here.precision == Precision::single ? vjp_rows<float>(here, way, c, grad)
                                             : vjp_rows<double>(here, way, c, grad);
}

Batch infer_layer(const Bijector& layer, const std::vector<double>& condition, const Batch& in) {
  Batch out(in.rows(), in.cols());
  TileBuffer<double> tile(layer.sites());
  for (Index row = 0; row < in.rows(); row += kTile) {
    double log_det[kTile] = {};
    tile.read(in, row);
    layer.apply(Direction::infer, TileView<double>{tile.data(), log_det, condition.data()});
    tile.write(out, row);
  }
  return out;
}

}  // namespace nmc
