#include "models/flows/conv/invertible_convolution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/errors.hpp"
#include "core/linear/factors.hpp"
#include "core/random/streams.hpp"
#include "models/flows/map/latent_trace.hpp"
#include "models/flows/nets/plu.hpp"

namespace nmc {
namespace {

using simd::kTile;

void check_channel_matrix(const ChannelMatrix& matrix, int channels) {
  const auto n = static_cast<std::size_t>(channels);
  require(
      matrix.permutation.size() == n && matrix.signs.size() == n && matrix.factors.size() == n * n,
      fmt::format("a matrix of {} channels has as many rows, signs and columns", channels));
  std::vector<bool> is_taken(n, false);
  for (const int to : matrix.permutation) {
    require(to >= 0 && to < channels && !is_taken[static_cast<std::size_t>(to)],
            fmt::format("entry {} makes this no permutation of {} channels", to, channels));
    is_taken[static_cast<std::size_t>(to)] = true;
  }
  for (const int sign : matrix.signs)
    require(sign == 1 || sign == -1, fmt::format("{} is no sign: it is 1 or -1", sign));
}

/// Gaussian elimination in place, largest pivots first: `rows` says which row of A came where.
void eliminate(Eigen::MatrixXd& A, std::vector<int>& rows) {
  const Index n = A.rows();
  for (Index k = 0; k < n; ++k) {
    Index pivot = k;
    for (Index i = k + 1; i < n; ++i)
      if (std::abs(A(i, k)) > std::abs(A(pivot, k))) pivot = i;
    A.row(k).swap(A.row(pivot));
    std::swap(rows[static_cast<std::size_t>(k)], rows[static_cast<std::size_t>(pivot)]);
    for (Index i = k + 1; i < n; ++i) {
      A(i, k) /= A(k, k);
      for (Index j = k + 1; j < n; ++j) A(i, j) -= A(i, k) * A(k, j);
    }
  }
}

}  // namespace

// L Σ' D U' with Σ' in the middle is Σ' (Σ' L Σ') D U': the signs go to the front.
ChannelMatrix random_rotation(int channels, std::uint64_t seed) {
  const auto n = static_cast<Index>(channels);
  Batch noise(n, n);
  fill_normal({seed, 0, 0, Purpose::weights}, noise);
  Eigen::MatrixXd A = linear::thin_qr(noise.matrix()).Q;
  ChannelMatrix matrix;
  matrix.permutation.resize(static_cast<std::size_t>(n));
  std::iota(matrix.permutation.begin(), matrix.permutation.end(), 0);
  eliminate(A, matrix.permutation);
  for (Index i = 0; i < n; ++i) matrix.signs.push_back(A(i, i) < 0 ? -1 : 1);
  const auto sign = [&](Index i) { return matrix.signs[static_cast<std::size_t>(i)]; };
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j)
      matrix.factors.push_back(i == j  ? std::log(std::abs(A(i, i)))
                               : j < i ? A(i, j) * sign(i) * sign(j)
                                       : A(i, j) / A(i, i));
  return matrix;
}

InvertibleConvolution::InvertibleConvolution(Cells cells, ChannelMatrix start, Index conditions)
    : cells_(std::move(cells)),
      start_(std::move(start)),
      lines_(static_cast<Index>(cells_.channels) * cells_.channels, conditions) {
  check_cells(cells_);
  check_channel_matrix(start_, cells_.channels);
}

void InvertibleConvolution::follow(LatentTrace& trace) const {
  for (int cell = 0; cell < cells_.count(); ++cell) {
    const std::span<const int> sites(cells_.at(cell), static_cast<std::size_t>(cells_.channels));
    for (const int site : sites) trace.join(site, sites);
  }
}

void InvertibleConvolution::initialise(std::span<double> parameters, std::uint64_t /*seed*/) const {
  std::ranges::fill(parameters, 0.0);
  std::ranges::copy(start_.factors, parameters.begin());
}

template <class T>
void InvertibleConvolution::permute(const int* sites, bool is_inverse, T* y,
                                    std::vector<T>& room) const {
  const auto n = static_cast<std::size_t>(cells_.channels);
  room.resize(n * kTile);
  const auto row = [&](std::size_t c) { return y + static_cast<std::size_t>(sites[c]) * kTile; };
  for (std::size_t i = 0; i < n; ++i) {
    const auto there = static_cast<std::size_t>(start_.permutation[i]);
    const T* const from = row(is_inverse ? there : i);
    T* const to = room.data() + (is_inverse ? i : there) * kTile;
    const T sign = static_cast<T>(start_.signs[i]);
    for (int k = 0; k < kTile; ++k) to[k] = sign * from[k];
  }
  for (std::size_t c = 0; c < n; ++c) std::copy_n(room.data() + c * kTile, kTile, row(c));
}

template <class T>
void InvertibleConvolution::apply_tile(Direction way, TileView<T> tile) const {
  const std::vector<double> factors = lines_.at(tile.condition);
  const Plu a{factors.data(), cells_.channels};
  const bool is_inverse = way == Direction::infer;
  std::vector<T> room;
  for (int cell = 0; cell < cells_.count(); ++cell) {
    const int* const sites = cells_.at(cell);
    if (is_inverse) permute(sites, true, tile.y, room);
    apply_plu(a, {is_inverse, false}, RowsOfSites<T>{tile.y, sites});
    if (!is_inverse) permute(sites, false, tile.y, room);
  }
  const double sum = (is_inverse ? -1 : 1) * cells_.count() * log_det(a);
  for (int k = 0; k < kTile; ++k) tile.log_det[k] += sum;
}

template <class T>
void InvertibleConvolution::apply_tile_vjp(Direction way, const TileVjp<T>& tile) const {
  const std::vector<double> factors = lines_.at(tile.condition);
  const Plu a{factors.data(), cells_.channels};
  const bool is_inverse = way == Direction::infer;
  std::vector<double> by_factor(tile.grad != nullptr ? factors.size() : 0, 0.0);
  double* const grad = tile.grad != nullptr ? by_factor.data() : nullptr;
  std::vector<T> room;
  for (int cell = 0; cell < cells_.count(); ++cell) {
    const int* const sites = cells_.at(cell);
    // The transpose of a signed permutation is its inverse: y and its cotangent go alike.
    const auto back = [&](bool is_back) {
      permute(sites, is_back, tile.y, room);
      permute(sites, is_back, tile.gy, room);
    };
    if (!is_inverse) back(true);
    apply_plu_vjp(a, {is_inverse, false}, RowsVjp<T>{{tile.y, sites}, {tile.gy, sites}, grad});
    if (is_inverse) back(false);
  }
  if (tile.grad == nullptr) return;
  double by_log_det = 0;
  for (int k = 0; k < kTile; ++k) by_log_det += static_cast<double>(tile.g_log_det[k]);
  for (int i = 0; i < cells_.channels; ++i)
    by_factor[static_cast<std::size_t>(i * (cells_.channels + 1))] +=
        (is_inverse ? -1 : 1) * cells_.count() * by_log_det;
  for (std::size_t i = 0; i < by_factor.size(); ++i)
    lines_.add_grad(static_cast<Index>(i), by_factor[i], tile.condition, tile.grad);
}

template void InvertibleConvolution::apply_tile(Direction, TileView<float>) const;
template void InvertibleConvolution::apply_tile(Direction, TileView<double>) const;
template void InvertibleConvolution::apply_tile_vjp(Direction, const TileVjp<float>&) const;
template void InvertibleConvolution::apply_tile_vjp(Direction, const TileVjp<double>&) const;

}  // namespace nmc
