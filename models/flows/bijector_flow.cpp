#include "models/flows/bijector_flow.hpp"

#include <fmt/format.h>

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
Mapped map_batch(const BijectorFlow& flow, Direction way, const Batch& in) {
  Mapped out{Batch(in.rows(), in.cols()), Column(in.rows())};
  const simd::FlushDenormals flush;
  TileBuffer<T> tile(flow.sites());
  for (Index row = 0; row < in.rows(); row += kTile) {
    double log_det[kTile] = {};
    tile.read(in, row);
    const TileView<T> view{tile.data(), log_det};
    const auto& layers = flow.layers();
    if (way == Direction::generate)
      for (const auto& layer : layers) layer->apply(way, view);
    else
      for (auto it = layers.rbegin(); it != layers.rend(); ++it) (*it)->apply(way, view);
    tile.write(out.y, row);
    for (Index k = row; k < std::min(in.rows(), row + kTile); ++k)
      out.log_det(k) = log_det[k - row];
  }
  return out;
}

struct Cotangents {
  const Batch& y;  ///< output of the map
  const Batch& gy;
  const Column& g_log_det;
};

template <class T>
Batch vjp_batch(const BijectorFlow& flow, Direction way, const Cotangents& c,
                std::span<double> grad) {
  Batch out(c.y.rows(), c.y.cols());
  const simd::FlushDenormals flush;
  TileBuffer<T> tile(flow.sites()), cotangent(flow.sites());
  alignas(64) T g_log_det[kTile];
  const auto& layers = flow.layers();
  const double* begin = flow.parameters().data();
  for (Index row = 0; row < out.rows(); row += kTile) {
    tile.read(c.y, row);
    cotangent.read(c.gy, row);
    for (Index k = 0; k < kTile; ++k)
      g_log_det[k] = row + k < out.rows() ? static_cast<T>(c.g_log_det(row + k)) : T(0);
    const auto pull_back = [&](std::size_t k) {
      const auto offset = flow.layer_parameters(k).data() - begin;
      double* slice = grad.empty() ? nullptr : grad.data() + offset;
      layers[k]->apply_vjp(way, TileVjp<T>{tile.data(), cotangent.data(), g_log_det, slice});
    };
    if (way == Direction::generate)
      for (std::size_t k = layers.size(); k-- > 0;) pull_back(k);
    else
      for (std::size_t k = 0; k < layers.size(); ++k) pull_back(k);
    cotangent.write(out, row);
  }
  return out;
}

}  // namespace

BijectorFlow::BijectorFlow(Layers layers, Precision precision, std::uint64_t seed)
    : layers_(std::move(layers)), precision_(precision) {
  require(!layers_.empty(), "a flow needs at least one layer");
  sites_ = layers_.front()->sites();
  std::size_t total = 0;
  for (const auto& layer : layers_) {
    require(layer->sites() == sites_,
            fmt::format("flow layers act on {} and on {} sites", sites_, layer->sites()));
    offsets_.push_back(total);
    total += static_cast<std::size_t>(layer->parameter_count());
  }
  offsets_.push_back(total);
  parameters_.resize(total);
  for (std::size_t k = 0; k < layers_.size(); ++k)
    layers_[k]->initialise(
        std::span(parameters_).subspan(offsets_[k], offsets_[k + 1] - offsets_[k]),
        seed ^ (0x9E3779B97F4A7C15ULL * (k + 1)));  // a key of its own for every layer
  parameters_changed();
}

std::span<const double> BijectorFlow::layer_parameters(std::size_t k) const {
  return std::span(parameters_).subspan(offsets_[k], offsets_[k + 1] - offsets_[k]);
}

void BijectorFlow::parameters_changed() {
  for (std::size_t k = 0; k < layers_.size(); ++k) layers_[k]->load(layer_parameters(k));
}

Mapped BijectorFlow::forward(const Batch& z) const {
  return precision_ == Precision::single ? map_batch<float>(*this, Direction::generate, z)
                                         : map_batch<double>(*this, Direction::generate, z);
}

Mapped BijectorFlow::inverse(const Batch& x) const {
  return precision_ == Precision::single ? map_batch<float>(*this, Direction::infer, x)
                                         : map_batch<double>(*this, Direction::infer, x);
}

Batch BijectorFlow::forward_vjp(const Batch& x, const Batch& gx, const Column& g_log_det,
                                std::span<double> grad) const {
  const Cotangents c{x, gx, g_log_det};
  return precision_ == Precision::single ? vjp_batch<float>(*this, Direction::generate, c, grad)
                                         : vjp_batch<double>(*this, Direction::generate, c, grad);
}

Batch BijectorFlow::inverse_vjp(const Batch& z, const Batch& gz, const Column& g_log_det,
                                std::span<double> grad) const {
  const Cotangents c{z, gz, g_log_det};
  return precision_ == Precision::single ? vjp_batch<float>(*this, Direction::infer, c, grad)
                                         : vjp_batch<double>(*this, Direction::infer, c, grad);
}

}  // namespace nmc
