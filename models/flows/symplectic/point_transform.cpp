#include "models/flows/symplectic/point_transform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/errors.hpp"
#include "models/flows/nets/plu.hpp"

namespace nmc {
namespace {

std::vector<int> paired_sites(Index sites) {
  require(sites >= 2 && sites % 2 == 0,
          fmt::format("{} numbers are no positions and momenta: they come in pairs", sites));
  std::vector<int> all(static_cast<std::size_t>(sites));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

}  // namespace

PointTransform::PointTransform(Index sites, Index conditions)
    : sites_(paired_sites(sites)), factors_(sites / 2 * (sites / 2), conditions) {}

void PointTransform::initialise(std::span<double> parameters, std::uint64_t /*seed*/) const {
  std::ranges::fill(parameters, 0.0);
}

template <class T>
void PointTransform::apply_tile(Direction way, TileView<T> tile) const {
  const std::vector<double> factors = factors_.at(tile.condition);
  const Plu a{factors.data(), static_cast<int>(sites() / 2)};
  const bool is_inverse = way == Direction::infer;
  apply_plu(a, {is_inverse, false}, RowsOfSites<T>{tile.y, sites_.data()});
  apply_plu(a, {!is_inverse, true}, RowsOfSites<T>{tile.y, sites_.data() + a.size});
}

template <class T>
void PointTransform::apply_tile_vjp(Direction way, const TileVjp<T>& tile) const {
  const std::vector<double> factors = factors_.at(tile.condition);
  const Plu a{factors.data(), static_cast<int>(sites() / 2)};
  const bool is_inverse = way == Direction::infer;
  std::vector<double> by_factor(tile.grad != nullptr ? factors.size() : 0, 0.0);
  double* const grad = tile.grad != nullptr ? by_factor.data() : nullptr;
  const auto back = [&](PluForm form, int first) {
    const int* const rows = sites_.data() + first;
    apply_plu_vjp(a, form, RowsVjp<T>{{tile.y, rows}, {tile.gy, rows}, grad});
  };
  back({is_inverse, false}, 0);
  back({!is_inverse, true}, a.size);
  for (std::size_t i = 0; i < by_factor.size(); ++i)
    factors_.add_grad(static_cast<Index>(i), by_factor[i], tile.condition, tile.grad);
}

template void PointTransform::apply_tile(Direction, TileView<float>) const;
template void PointTransform::apply_tile(Direction, TileView<double>) const;
template void PointTransform::apply_tile_vjp(Direction, const TileVjp<float>&) const;
template void PointTransform::apply_tile_vjp(Direction, const TileVjp<double>&) const;

}  // namespace nmc
