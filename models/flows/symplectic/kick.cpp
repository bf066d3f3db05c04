#include "models/flows/symplectic/kick.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <type_traits>

#include "core/errors.hpp"
#include "core/random/streams.hpp"
#include "core/simd/layers.hpp"
#include "models/flows/nets/aligned_rows.hpp"

namespace nmc {
namespace {

using simd::DenseShape;
using simd::kTile;

const KickSpec& checked_kick(const KickSpec& spec) {
  require(spec.sites >= 2 && spec.sites % 2 == 0,
          fmt::format("{} numbers are no positions and momenta: they come in pairs", spec.sites));
  require(spec.hidden >= 1, fmt::format("hidden = {}: a kick has at least 1", spec.hidden));
  return spec;
}

/// Rows of numbers of a tile beside it.
template <class T>
class KickRoom {
 public:
  KickRoom(int half, int hidden)
      : size_(static_cast<std::size_t>(half) * kTile),
        wide_(static_cast<std::size_t>(hidden) * kTile),
        data_(2 * size_ + 4 * wide_) {}
  [[nodiscard]] T* moved() { return data_.get(); }          ///< (N), a step or its cotangent
  [[nodiscard]] T* other() { return moved() + size_; }      ///< (N)
  [[nodiscard]] T* units() { return other() + size_; }      ///< (hidden), tanh
  [[nodiscard]] T* seen() { return units() + wide_; }       ///< (hidden), W g
  [[nodiscard]] T* slopes() { return seen() + wide_; }      ///< (hidden), a (1 − tanh²) W g
  [[nodiscard]] T* weighted() { return slopes() + wide_; }  ///< (hidden), a tanh

 private:
  std::size_t size_, wide_;
  AlignedRows<T> data_;
};

template <class T>
struct KickShape {
  const PackedKick<T>& kick;
  int half, hidden;
  KickRoom<T>& room;
};

/// room.units() = tanh(W x + b), room.weighted() = a tanh.
template <class T>
void find_units(const KickShape<T>& of, const T* x) {
  KickRoom<T>& room = of.room;
  const T* bias = of.kick.bias.empty() ? nullptr : of.kick.bias.data();
  simd::dense_forward(of.kick.weight.data(), bias, DenseShape{of.half, of.hidden}, x, room.units());
  simd::activate(simd::Activation::tanh, of.hidden, room.units());
  for (int h = 0; h < of.hidden; ++h)
    for (int k = h * kTile; k < (h + 1) * kTile; ++k)
      room.weighted()[k] = of.kick.amplitude[static_cast<std::size_t>(h)] * room.units()[k];
}

/// to += f from over the rows of half a tile.
template <class T>
void add_rows(T* to, T f, const T* from, int rows) {
  for (int k = 0; k < rows * kTile; ++k) to[k] += f * from[k];
}

/// to += sign ∇φ(x).
template <class T>
void add_gradient(const KickShape<T>& of, T sign, const T* x, T* to) {
  KickRoom<T>& room = of.room;
  find_units(of, x);
  const T* constant = of.kick.constant.empty() ? nullptr : of.kick.constant.data();
  simd::dense_forward(of.kick.quadratic.data(), constant, DenseShape{of.half, of.half}, x,
                      room.moved());
  add_rows(to, sign, room.moved(), of.half);
  simd::dense_forward(of.kick.transposed.data(), static_cast<const T*>(nullptr),
                      DenseShape{of.hidden, of.half}, room.weighted(), room.moved());
  add_rows(to, sign, room.moved(), of.half);
}

/// Where the gradients by the numbers go, S as a square.
struct KickGradient {
  explicit KickGradient(int half, int hidden)
      : quadratic(static_cast<std::size_t>(half) * static_cast<std::size_t>(half)),
        weight(static_cast<std::size_t>(half) * static_cast<std::size_t>(hidden)),
        amplitude(static_cast<std::size_t>(hidden)),
        bias(amplitude.size()),
        constant(static_cast<std::size_t>(half)) {}
  std::vector<double> quadratic, weight, amplitude, bias, constant;
};

/// Of g·∇φ(x), g in room.moved(): gx += H g with H the Hessian of φ; find_units() came before.
template <class T>
void pull_gradient(const KickShape<T>& of, const T* x, T* gx, KickGradient* grad) {
  KickRoom<T>& room = of.room;
  const T* const g = room.moved();
  const T* const none = nullptr;
  simd::dense_forward(of.kick.quadratic.data(), none, DenseShape{of.half, of.half}, g,
                      room.other());
  add_rows(gx, T(1), room.other(), of.half);
  simd::dense_forward(of.kick.weight.data(), none, DenseShape{of.half, of.hidden}, g, room.seen());
  for (int h = 0; h < of.hidden; ++h) {
    const T a = of.kick.amplitude[static_cast<std::size_t>(h)];
    double sum = 0;
    for (int k = h * kTile; k < (h + 1) * kTile; ++k) {
      const T t = room.units()[k];
      room.slopes()[k] = a * (1 - t * t) * room.seen()[k];
      sum += static_cast<double>(t) * static_cast<double>(room.seen()[k]);
    }
    if (grad != nullptr) grad->amplitude[static_cast<std::size_t>(h)] += sum;
  }
  simd::dense_forward(of.kick.transposed.data(), none, DenseShape{of.hidden, of.half},
                      room.slopes(), room.other());
  add_rows(gx, T(1), room.other(), of.half);
  if (grad == nullptr) return;
  std::vector<double> unused(grad->bias.size());
  simd::dense_weight_grad(g, x, DenseShape{of.half, of.half}, grad->quadratic.data(),
                          grad->constant.data());
  simd::dense_weight_grad(room.slopes(), x, DenseShape{of.half, of.hidden}, grad->weight.data(),
                          grad->bias.data());
  simd::dense_weight_grad(room.weighted(), g, DenseShape{of.half, of.hidden}, grad->weight.data(),
                          unused.data());
}

}  // namespace

KickNumbers::KickNumbers(const KickSpec& spec) {
  const Index half = spec.sites / 2;
  weight = quadratic + half * (half + 1) / 2;
  amplitude = weight + spec.hidden * half;
  bias = amplitude + spec.hidden;
  constant = bias + (spec.is_odd ? 0 : spec.hidden);
  count = constant + (spec.is_odd ? 0 : half);
}

KickLayer::KickLayer(const KickSpec& spec)
    : spec_(checked_kick(spec)), numbers_(spec_), lines_(numbers_.count, spec_.conditions) {}

void KickLayer::initialise(std::span<double> parameters, std::uint64_t seed) const {
  std::ranges::fill(parameters, 0.0);
  Batch w(1, numbers_.amplitude - numbers_.weight);
  fill_normal({seed, 0, 0, Purpose::weights}, w);
  const double width = 1 / std::sqrt(static_cast<double>(half()));
  for (Index k = 0; k < w.cols(); ++k)
    parameters[static_cast<std::size_t>(numbers_.weight + k)] = width * w(0, k);
}

template <class T>
PackedKick<T> KickLayer::packed(const std::vector<double>& numbers) const {
  const auto part = [&](Index first, Index end) {
    return std::vector<T>(numbers.begin() + first, numbers.begin() + end);
  };
  const auto n = static_cast<std::size_t>(half());
  std::vector<double> square(n * n);
  const double* entry = numbers.data() + numbers_.quadratic;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) square[i * n + j] = square[j * n + i] = *entry++;
  const double* const w = numbers.data() + numbers_.weight;
  return {.quadratic = simd::pack_weights<T>(square.data(), half(), half()),
          .weight = simd::pack_weights<T>(w, spec_.hidden, half()),
          .transposed = simd::pack_transposed<T>(w, spec_.hidden, half()),
          .amplitude = part(numbers_.amplitude, numbers_.bias),
          .bias = part(numbers_.bias, numbers_.constant),
          .constant = part(numbers_.constant, numbers_.count)};
}

void KickLayer::load(std::span<const double> parameters) {
  lines_.load(parameters);
  if (conditions() > 0) return;
  const std::vector<double> numbers = lines_.at(nullptr);
  single_ = packed<float>(numbers);
  double_ = packed<double>(numbers);
}

template <class T>
const PackedKick<T>& KickLayer::loaded() const {
  if constexpr (std::is_same_v<T, float>)
    return single_;
  else
    return double_;
}

template <class T>
void KickLayer::apply_tile(Direction way, TileView<T> tile) const {
  std::optional<PackedKick<T>> here;
  if (conditions() > 0) here = packed<T>(lines_.at(tile.condition));
  KickRoom<T> room(half(), spec_.hidden);
  const KickShape<T> of{here ? *here : loaded<T>(), half(), spec_.hidden, room};
  T* const q = tile.y;
  T* const p = tile.y + static_cast<std::ptrdiff_t>(half()) * kTile;
  const T sign = spec_.is_drift == (way == Direction::generate) ? T(1) : T(-1);
  add_gradient(of, sign, spec_.is_drift ? p : q, spec_.is_drift ? q : p);
}

template <class T>
void KickLayer::apply_tile_vjp(Direction way, const TileVjp<T>& tile) const {
  std::optional<PackedKick<T>> here;
  if (conditions() > 0) here = packed<T>(lines_.at(tile.condition));
  KickRoom<T> room(half(), spec_.hidden);
  const KickShape<T> of{here ? *here : loaded<T>(), half(), spec_.hidden, room};
  const std::ptrdiff_t second = static_cast<std::ptrdiff_t>(half()) * kTile;
  const std::ptrdiff_t kept = spec_.is_drift ? second : 0, moved = second - kept;
  const T sign = spec_.is_drift == (way == Direction::generate) ? T(1) : T(-1);
  add_gradient(of, -sign, tile.y + kept, tile.y + moved);
  for (std::ptrdiff_t k = 0; k < second; ++k) room.moved()[k] = sign * tile.gy[moved + k];
  std::optional<KickGradient> grad;
  if (tile.grad != nullptr) grad.emplace(half(), spec_.hidden);
  pull_gradient(of, tile.y + kept, tile.gy + kept, grad ? &*grad : nullptr);
  if (!grad) return;
  const auto add = [&](Index number, double value) {
    lines_.add_grad(number, value, tile.condition, tile.grad);
  };
  const auto add_all = [&](Index first, const std::vector<double>& values) {
    for (std::size_t k = 0; k < values.size(); ++k) add(first + static_cast<Index>(k), values[k]);
  };
  const auto n = static_cast<std::size_t>(half());
  Index number = numbers_.quadratic;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j)
      add(number++, grad->quadratic[i * n + j] + (i == j ? 0 : grad->quadratic[j * n + i]));
  add_all(numbers_.weight, grad->weight);
  add_all(numbers_.amplitude, grad->amplitude);
  if (spec_.is_odd) return;
  add_all(numbers_.bias, grad->bias);
  add_all(numbers_.constant, grad->constant);
}

template void KickLayer::apply_tile(Direction, TileView<float>) const;
template void KickLayer::apply_tile(Direction, TileView<double>) const;
template void KickLayer::apply_tile_vjp(Direction, const TileVjp<float>&) const;
template void KickLayer::apply_tile_vjp(Direction, const TileVjp<double>&) const;

}  // namespace nmc
