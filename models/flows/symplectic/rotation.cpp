#include "models/flows/symplectic/rotation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <type_traits>

#include "core/errors.hpp"
#include "core/linear/factors.hpp"
#include "core/random/streams.hpp"
#include "core/simd/layers.hpp"
#include "models/flows/nets/aligned_rows.hpp"

namespace nmc {
namespace {

using simd::DenseShape;
using simd::kTile;

Index rotated_pairs(Index sites) {
  require(sites >= 2 && sites % 2 == 0,
          fmt::format("{} numbers are no positions and momenta: they come in pairs", sites));
  require(sites >= 4, "one pair of position and momentum has no rotation");
  return sites / 2;
}

/// R = (2 − (1 + X))(1 + X)⁻¹.
Eigen::MatrixXd cayley(const Eigen::MatrixXd& one_plus) {
  const Eigen::MatrixXd inverse = linear::inverse(one_plus);
  return 2 * inverse - Eigen::MatrixXd::Identity(one_plus.rows(), one_plus.cols());
}

template <class T>
PackedRotation<T> packed_rotation(const Eigen::MatrixXd& one_plus) {
  // Row-major, as the kernels have it: the transpose of Eigen's storage.
  const Eigen::MatrixXd transposed = cayley(one_plus).transpose();
  const int n = static_cast<int>(one_plus.rows());
  return {simd::pack_weights<T>(transposed.data(), n, n),
          simd::pack_transposed<T>(transposed.data(), n, n)};
}

/// y ← M y of both halves of a tile.
template <class T>
void rotate_halves(const std::vector<T>& packed, int half, T* y) {
  const std::size_t size = static_cast<std::size_t>(half) * kTile;
  const AlignedRows<T> room(size);
  for (T* rows : {y, y + size}) {
    simd::dense_forward(packed.data(), static_cast<const T*>(nullptr), DenseShape{half, half}, rows,
                        room.get());
    std::copy_n(room.get(), size, rows);
  }
}

}  // namespace

RotationLayer::RotationLayer(Index sites, Index conditions)
    : half_(rotated_pairs(sites)), lines_(half_ * (half_ - 1) / 2, conditions) {}

void RotationLayer::initialise(std::span<double> parameters, std::uint64_t seed) const {
  std::ranges::fill(parameters, 0.0);
  Batch noise(1, lines_.numbers());
  fill_normal({seed, 0, 0, Purpose::weights}, noise);
  constexpr double kWidth = 0.1;
  for (Index k = 0; k < noise.cols(); ++k)
    parameters[static_cast<std::size_t>(k)] = kWidth * noise(0, k);
}

Eigen::MatrixXd RotationLayer::one_plus(const double* condition) const {
  const std::vector<double> numbers = lines_.at(condition);
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Identity(half_, half_);
  const double* number = numbers.data();
  for (Index i = 1; i < half_; ++i)
    for (Index j = 0; j < i; ++j, ++number) {
      matrix(i, j) = *number;
      matrix(j, i) = -*number;
    }
  return matrix;
}

void RotationLayer::load(std::span<const double> parameters) {
  lines_.load(parameters);
  if (conditions() > 0) return;
  const Eigen::MatrixXd matrix = one_plus(nullptr);
  single_ = packed_rotation<float>(matrix);
  double_ = packed_rotation<double>(matrix);
}

template <class T>
const PackedRotation<T>& RotationLayer::loaded() const {
  if constexpr (std::is_same_v<T, float>)
    return single_;
  else
    return double_;
}

template <class T>
void RotationLayer::apply_tile(Direction way, TileView<T> tile) const {
  std::optional<PackedRotation<T>> here;
  if (conditions() > 0) here = packed_rotation<T>(one_plus(tile.condition));
  const PackedRotation<T>& r = here ? *here : loaded<T>();
  rotate_halves(way == Direction::generate ? r.there : r.back, static_cast<int>(half_), tile.y);
}

template <class T>
void RotationLayer::apply_tile_vjp(Direction way, const TileVjp<T>& tile) const {
  std::optional<PackedRotation<T>> here;
  if (conditions() > 0) here = packed_rotation<T>(one_plus(tile.condition));
  const PackedRotation<T>& r = here ? *here : loaded<T>();
  const int half = static_cast<int>(half_);
  const std::size_t size = static_cast<std::size_t>(half) * kTile;
  const bool out = way == Direction::generate;
  rotate_halves(out ? r.back : r.there, half, tile.y);  // to the input
  if (tile.grad != nullptr) {
    const auto count = static_cast<std::size_t>(half_ * half_);
    std::vector<double> by_entry(count), unused(static_cast<std::size_t>(half_));
    // Of y = R x, g xᵀ; of y = Rᵀ x, x gᵀ.
    for (const std::size_t first : {std::size_t{0}, size}) {
      const T* const g = tile.gy + first;
      const T* const x = tile.y + first;
      simd::dense_weight_grad(out ? g : x, out ? x : g, DenseShape{half, half}, by_entry.data(),
                              unused.data());
    }
    add_grad(by_entry, {.grad = tile.grad, .condition = tile.condition});
  }
  rotate_halves(out ? r.back : r.there, half, tile.gy);
}

// dR = −(1 + R) dX (1 + X)⁻¹, 1 + R = 2 (1 + X)⁻¹.
void RotationLayer::add_grad(const std::vector<double>& by_entry,
                             const TileVjp<double>& where) const {
  const Eigen::MatrixXd inverse = linear::inverse(one_plus(where.condition));
  // What lies row by row is the transpose in Eigen's order.
  const Eigen::MatrixXd transposed =
      Eigen::Map<const Eigen::MatrixXd>(by_entry.data(), half_, half_);
  const Eigen::MatrixXd by_x =
      -2 * inverse.transpose() * transposed.transpose() * inverse.transpose();
  Index number = 0;
  for (Index i = 1; i < half_; ++i)
    for (Index j = 0; j < i; ++j)
      lines_.add_grad(number++, by_x(i, j) - by_x(j, i), where.condition, where.grad);
}

template void RotationLayer::apply_tile(Direction, TileView<float>) const;
template void RotationLayer::apply_tile(Direction, TileView<double>) const;
template void RotationLayer::apply_tile_vjp(Direction, const TileVjp<float>&) const;
template void RotationLayer::apply_tile_vjp(Direction, const TileVjp<double>&) const;

}  // namespace nmc
