#include "core/optimise/tanh_net.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "core/simd/layers.hpp"

namespace nmc {
namespace {

using Tile = TanhNet::Tile;

double* lanes(Tile& tile) {
  return tile.front().chain.data();
}
const double* lanes(const Tile& tile) {
  return tile.front().chain.data();
}

/// Rows first … first + 63 of a batch; 0 where it has fewer.
Tile cut(const Batch& x, Index first) {
  Tile tile(static_cast<std::size_t>(x.cols()));
  const Index rows = std::min<Index>(simd::kTile, x.rows() - first);
  for (Index k = 0; k < x.cols(); ++k)
    std::copy_n(x.col(k).data() + first, rows, tile[static_cast<std::size_t>(k)].chain.begin());
  return tile;
}

void paste(const Tile& tile, Index first, Batch& x) {
  const Index rows = std::min<Index>(simd::kTile, x.rows() - first);
  for (Index k = 0; k < x.cols(); ++k)
    std::copy_n(tile[static_cast<std::size_t>(k)].chain.begin(), rows, x.col(k).data() + first);
}

}  // namespace

TanhNet::TanhNet(std::vector<int> widths) : widths_(std::move(widths)), packed_(layers()) {
  assert(widths_.size() >= 2);
}

std::size_t TanhNet::first_of(std::size_t layer) const {
  std::size_t first = 0;
  for (std::size_t l = 0; l < layer; ++l)
    first += static_cast<std::size_t>(widths_[l + 1]) * static_cast<std::size_t>(widths_[l] + 1);
  return first;
}

std::size_t TanhNet::size() const {
  return first_of(layers());
}

void TanhNet::start(const Streams& streams, std::span<double> parameters) const {
  assert(parameters.size() == size());
  Batch u(1, static_cast<Index>(size()));
  fill_uniform(streams, u);
  std::ranges::fill(parameters, 0.0);
  for (std::size_t l = 0; l + 1 < layers(); ++l) {
    const double width = std::sqrt(3.0 / widths_[l]);
    const auto weights = static_cast<std::size_t>(widths_[l + 1] * widths_[l]);
    for (std::size_t i = first_of(l); i < first_of(l) + weights; ++i)
      parameters[i] = width * (2 * u(0, static_cast<Index>(i)) - 1);
  }
}

void TanhNet::pack(std::span<const double> parameters) {
  assert(parameters.size() == size());
  for (std::size_t l = 0; l < layers(); ++l) {
    const double* const w = parameters.data() + first_of(l);
    const auto weights = static_cast<std::size_t>(widths_[l + 1] * widths_[l]);
    packed_[l] = {simd::pack_weights<double>(w, widths_[l + 1], widths_[l]),
                  simd::pack_transposed<double>(w, widths_[l + 1], widths_[l]),
                  {w + weights, w + weights + widths_[l + 1]}};
  }
}

Batch TanhNet::forward(const Batch& in, Trace* trace) const {
  assert(in.cols() == widths_.front());
  Batch out(in.rows(), widths_.back());
  for (Index first = 0; first < in.rows(); first += simd::kTile) {
    Tile h = cut(in, first);
    for (std::size_t l = 0; l < layers(); ++l) {
      Tile next(static_cast<std::size_t>(widths_[l + 1]));
      simd::dense_forward(packed_[l].weights.data(), packed_[l].bias.data(),
                          {widths_[l], widths_[l + 1]}, lanes(h), lanes(next));
      if (l + 1 < layers()) simd::activate(simd::Activation::tanh, widths_[l + 1], lanes(next));
      if (trace != nullptr) trace->push_back(std::move(h));
      h = std::move(next);
    }
    paste(h, first, out);
  }
  return out;
}

Batch TanhNet::backward(const Trace& trace, const Batch& g_out, std::span<double> grad) const {
  assert(grad.size() == size());
  Batch g_in(g_out.rows(), widths_.front());
  std::size_t place = 0;
  for (Index first = 0; first < g_out.rows(); first += simd::kTile, place += layers()) {
    Tile g = cut(g_out, first);
    for (std::size_t l = layers(); l-- > 0;) {
      const Tile& h = trace[place + l];
      double* const of_w = grad.data() + first_of(l);
      simd::dense_weight_grad(lanes(g), lanes(h), {widths_[l], widths_[l + 1]}, of_w,
                              of_w + widths_[l + 1] * widths_[l]);
      Tile back(static_cast<std::size_t>(widths_[l]));
      simd::dense_forward(packed_[l].transposed.data(), nullptr, {widths_[l + 1], widths_[l]},
                          lanes(g), lanes(back));
      if (l > 0) simd::activation_vjp(simd::Activation::tanh, widths_[l], lanes(h), lanes(back));
      g = std::move(back);
    }
    paste(g, first, g_in);
  }
  return g_in;
}

}  // namespace nmc
