#include "models/flows/map/flow_rows.hpp"

#include <algorithm>
#include <new>

#include "core/simd/flush_denormals.hpp"
#include "models/flows/nets/aligned_rows.hpp"

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
  /// −weight z, of a weight for every row of the batch; 0 in missing rows, in z as well.
  void take_product(TileBuffer& z, const Column& weight, Index row) {
    for (Index site = 0; site < sites_; ++site)
      for (Index k = 0; k < kTile; ++k) {
        T& from = z.data_[site * kTile + k];
        if (row + k >= weight.size()) from = 0;
        data_[site * kTile + k] =
            row + k < weight.size() ? static_cast<T>(-(static_cast<double>(from) * weight(row + k)))
                                    : T(0);
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
      layer.apply(way, TileView<T>{tile.data(), log_det, here.condition.data()});
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

/// The trails of all layers through one tile.
template <class T>
class Trails {
 public:
  explicit Trails(const FlowHere& here) : first_(first_of(here)), room_(first_.back()) {}
  [[nodiscard]] T* of(std::size_t layer) const {
    return first_[layer + 1] > first_[layer] ? room_.get() + first_[layer] : nullptr;
  }

 private:
  static std::vector<std::size_t> first_of(const FlowHere& here) {
    std::vector<std::size_t> first{0};
    for (const auto& layer : here.layers) first.push_back(first.back() + layer->trail_numbers());
    return first;
  }
  std::vector<std::size_t> first_;
  AlignedRows<T> room_;
};

template <class T>
void density_gradient_rows(const FlowHere& here, const Batch& x, const Column& weight,
                           std::span<double> grad) {
  const simd::FlushDenormals flush;
  TileBuffer<T> tile(x.cols()), cotangent(x.cols());
  alignas(64) T weights[kTile];
  const Trails<T> trails(here);
  std::vector<Index> first{0};
  for (const auto& layer : here.layers) first.push_back(first.back() + layer->parameter_count());
  for (Index row = 0; row < x.rows(); row += kTile) {
    tile.read(x, row);
    for (std::size_t k = here.layers.size(); k-- > 0;) {
      const Bijector& layer = *here.layers[k];
      double log_det[kTile] = {};  // nobody reads it
      layer.apply(Direction::infer, TileView<T>{tile.data(), layer.steps() > 0 ? nullptr : log_det,
                                                here.condition.data(), trails.of(k)});
    }
    cotangent.take_product(tile, weight, row);
    for (Index k = 0; k < kTile; ++k)
      weights[k] = row + k < x.rows() ? static_cast<T>(weight(row + k)) : T(0);
    for (std::size_t k = 0; k < here.layers.size(); ++k)
      here.layers[k]->apply_vjp(Direction::infer, TileVjp<T>{tile.data(), cotangent.data(), weights,
                                                             grad.data() + first[k],
                                                             here.condition.data(), trails.of(k)});
  }
}

}  // namespace

void density_gradient(const FlowHere& here, const Batch& x, const Column& weight,
                      std::span<double> grad) {
  if (here.precision == Precision::single)
    density_gradient_rows<float>(here, x, weight, grad);
  else
    density_gradient_rows<double>(here, x, weight, grad);
}

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
