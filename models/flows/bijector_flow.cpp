#include "models/flows/bijector_flow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <stdexcept>

#include "core/simd/flush_denormals.hpp"
#include "models/flows/flow_map.hpp"

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

/// A flow at one condition: what its layers read.
struct Here {
  const BijectorFlow& flow;
  const std::vector<double>& condition;
};

template <class T>
Mapped map_rows(const Here& here, Direction way, const Batch& in) {
  const BijectorFlow& flow = here.flow;
  Mapped out{Batch(in.rows(), in.cols()), Column(in.rows())};
  const simd::FlushDenormals flush;
  TileBuffer<T> tile(flow.sites());
  for (Index row = 0; row < in.rows(); row += kTile) {
    double log_det[kTile] = {};
    tile.read(in, row);
    const TileView<T> view{tile.data(), log_det, here.condition.data()};
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
Batch vjp_rows(const Here& here, Direction way, const Cotangents& c, std::span<double> grad) {
  const BijectorFlow& flow = here.flow;
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
      layers[k]->apply_vjp(
          way, TileVjp<T>{tile.data(), cotangent.data(), g_log_det, slice, here.condition.data()});
    };
    if (way == Direction::generate)
      for (std::size_t k = layers.size(); k-- > 0;) pull_back(k);
    else
      for (std::size_t k = 0; k < layers.size(); ++k) pull_back(k);
    cotangent.write(out, row);
  }
  return out;
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

Mapped map_batch(const Here& here, Direction way, const Batch& in) {
  return here.flow.precision() == Precision::single ? map_rows<float>(here, way, in)
                                                    : map_rows<double>(here, way, in);
}

Batch vjp_batch(const Here& here, Direction way, const Cotangents& c, std::span<double> grad) {
  return here.flow.precision() == Precision::single ? vjp_rows<float>(here, way, c, grad)
                                                    : vjp_rows<double>(here, way, c, grad);
}

}  // namespace

/// A conditional flow at another condition than its own. It has no weights.
class BijectorFlow::At final : public Flow {
 public:
  At(const BijectorFlow& flow, const Condition& condition)
      : flow_(flow), inputs_(flow.inputs_at(condition)) {
    set_gradient(flow.gradient());
  }

  [[nodiscard]] Index sites() const override { return flow_.sites(); }
  [[nodiscard]] Support support() const override { return flow_.support(); }
  [[nodiscard]] Mapped forward(const Batch& z) const override {
    return map_batch({flow_, inputs_}, Direction::generate, z);
  }
  [[nodiscard]] Mapped inverse(const Batch& x) const override {
    return map_batch({flow_, inputs_}, Direction::infer, x);
  }
  Batch forward_vjp(const Batch& x, const Batch& gx, const Column& g_log_det,
                    std::span<double> grad) const override {
    return vjp_batch({flow_, inputs_}, Direction::generate, {x, gx, g_log_det}, grad);
  }
  Batch inverse_vjp(const Batch& z, const Batch& gz, const Column& g_log_det,
                    std::span<double> grad) const override {
    return vjp_batch({flow_, inputs_}, Direction::infer, {z, gz, g_log_det}, grad);
  }
  [[nodiscard]] std::span<const double> parameters() const override { return flow_.parameters(); }
  [[nodiscard]] std::span<double> parameters() override {
    throw std::logic_error("a flow at another condition is for reading");
  }
  [[nodiscard]] std::vector<ConditionRange> conditions() const override {
    return flow_.conditions();
  }
  void set_condition(const Condition& condition) override { inputs_ = flow_.inputs_at(condition); }
  [[nodiscard]] std::unique_ptr<Flow> flow_at(const Condition& condition) const override {
    return flow_.flow_at(condition);
  }

 private:
  const BijectorFlow& flow_;
  std::vector<double> inputs_;
};

BijectorFlow::BijectorFlow(Layers layers, Precision precision, std::uint64_t seed,
                           FlowConditions conditions)
    : layers_(std::move(layers)), precision_(precision), conditions_(std::move(conditions)) {
  require(!layers_.empty(), "a flow needs at least one layer");
  sites_ = layers_.front()->sites();
  std::size_t total = 0;
  for (const auto& layer : layers_) {
    require(layer->sites() == sites_,
            fmt::format("flow layers act on {} and on {} sites", sites_, layer->sites()));
    const Index read = layer->conditions();
    require(read == 0 || read == std::ssize(conditions_.ranges),
            fmt::format("a layer reads {} conditions, and the flow has {}", read,
                        conditions_.ranges.size()));
    support_ = layer->image(support_);
    offsets_.push_back(total);
    total += static_cast<std::size_t>(layer->parameter_count());
  }
  offsets_.push_back(total);
  require(support_ != Support::angle || precision_ == Precision::twice,
          "a flow of angles computes in double; the precision of its nets is that of its layers");
  parameters_.resize(total);
  for (std::size_t k = 0; k < layers_.size(); ++k)
    layers_[k]->initialise(
        std::span(parameters_).subspan(offsets_[k], offsets_[k + 1] - offsets_[k]),
        seed ^ (0x9E3779B97F4A7C15ULL * (k + 1)));  // a key of its own for every layer
  parameters_changed();
  check_ranges(conditions_.ranges);
  if (!conditions_.ranges.empty()) inputs_ = inputs_at(conditions_.own);
}

std::vector<double> BijectorFlow::inputs_at(const Condition& condition) const {
  if (conditions_.ranges.empty()) throw std::logic_error("this flow has no conditions");
  return network_inputs(conditions_.ranges, condition);
}

void BijectorFlow::set_condition(const Condition& condition) {
  inputs_ = inputs_at(condition);
  conditions_.own = condition;
}

std::unique_ptr<Flow> BijectorFlow::flow_at(const Condition& condition) const {
  return std::make_unique<At>(*this, condition);
}

std::span<const double> BijectorFlow::layer_parameters(std::size_t k) const {
  return std::span(parameters_).subspan(offsets_[k], offsets_[k + 1] - offsets_[k]);
}

void BijectorFlow::parameters_changed() {
  for (std::size_t k = 0; k < layers_.size(); ++k) layers_[k]->load(layer_parameters(k));
}

bool BijectorFlow::starts_from_data() const {
  return std::ranges::any_of(layers_, [](const auto& layer) { return layer->starts_from_data(); });
}

std::vector<double> BijectorFlow::parameters_from(const Batch& x) const {
  require(x.cols() == sites_ && x.rows() > 0 && x.isFinite().all(),
          fmt::format("a flow of {} sites cannot start from these {} configurations of {} numbers",
                      sites_, x.rows(), x.cols()));
  std::vector<double> numbers = parameters_;
  Batch y = x;
  for (std::size_t k = layers_.size(); k-- > 0;) {
    const Bijector& layer = *layers_[k];
    const auto own = std::span(numbers).subspan(offsets_[k], offsets_[k + 1] - offsets_[k]);
    if (layer.starts_from_data())
      layer.start_from(y, own);
    else
      y = infer_layer(layer, inputs_, y);
  }
  return numbers;
}

LatentMap BijectorFlow::latent_map() const {
  return map_of_layers(layers_, inputs_);
}

Mapped BijectorFlow::forward(const Batch& z) const {
  return map_batch({*this, inputs_}, Direction::generate, z);
}

Mapped BijectorFlow::inverse(const Batch& x) const {
  return map_batch({*this, inputs_}, Direction::infer, x);
}

Batch BijectorFlow::forward_vjp(const Batch& x, const Batch& gx, const Column& g_log_det,
                                std::span<double> grad) const {
  return vjp_batch({*this, inputs_}, Direction::generate, {x, gx, g_log_det}, grad);
}

Batch BijectorFlow::inverse_vjp(const Batch& z, const Batch& gz, const Column& g_log_det,
                                std::span<double> grad) const {
  return vjp_batch({*this, inputs_}, Direction::infer, {z, gz, g_log_det}, grad);
}

}  // namespace nmc
