#include "models/tensor_networks/free_sheets.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/errors.hpp"

namespace nmc {
namespace {

/// Numbers that say where the row and the column of a plane lie, and how the sheet is turned.
constexpr std::size_t kOfPlane = 3;
/// Rows along either direction, from either end.
constexpr Index kTurns = 4;

/// 0 … count − 1 with equal odds.
Index among(Index count, double u) {
  return std::min(static_cast<Index>(u * static_cast<double>(count)), count - 1);
}

/// A direction of the lattice: its extent, and the sites from one plane across it to the next.
struct Direction {
  Index extent = 1;
  Index stride = 1;
};

/// A site of a plane and its two directions.
struct Plane {
  Index origin = 0;
  std::array<Direction, 2> along{};

  /// All but the row and the column that `u` names.
  [[nodiscard]] SiteGrid sheet(std::span<const double, kOfPlane> u) const {
    const Index turn = among(kTurns, u[2]);
    const bool is_turned = turn % 2 == 1, is_from_end = turn / 2 == 1;
    const Direction columns = along[is_turned ? 1 : 0], rows = along[is_turned ? 0 : 1];
    const Index fixed_column = among(columns.extent, u[0]), fixed_row = among(rows.extent, u[1]);
    SiteGrid grid{columns.extent - 1, {}};
    for (Index r = 1; r < rows.extent; ++r)
      for (Index c = 1; c < columns.extent; ++c) {
        const Index row = is_from_end ? rows.extent - r : r;
        grid.sites.push_back(origin + (fixed_column + c) % columns.extent * columns.stride +
                             (fixed_row + row) % rows.extent * rows.stride);
      }
    return grid;
  }
};

/// The planes that are taken, all of a plane.
std::vector<Plane> planes(const std::vector<Index>& extents, std::span<const double> u) {
  std::array<Direction, 3> all;
  Index stride = 1;
  for (std::size_t d = 0; d < extents.size(); ++d) {
    all[d] = {extents[d], stride};
    stride *= extents[d];
  }
  if (extents.size() == 2) return {{0, {all[0], all[1]}}};
  const auto across = static_cast<std::size_t>(among(3, u[0]));
  const auto [extent, step] = all[across];
  const Index first = among(extent, u[1]);
  std::vector<Plane> taken;
  for (Index k = 0; k < extent / 2; ++k)
    taken.push_back(
        {(first + 2 * k) % extent * step, {all[(across + 1) % 3], all[(across + 2) % 3]}});
  return taken;
}

}  // namespace

FreeSheets::FreeSheets(std::vector<Index> extents) : extents_(std::move(extents)) {
  const bool is_wide = std::ranges::all_of(extents_, [](Index extent) { return extent >= 2; });
  require((extents_.size() == 2 || extents_.size() == 3) && is_wide,
          fmt::format("sheets are those of a plane or of space, of 2 or more sites in each "
                      "direction, and the lattice is {}",
                      fmt::join(extents_, "x")));
}

Index FreeSheets::choices() const {
  if (extents_.size() == 2) return kOfPlane;
  return 2 + static_cast<Index>(kOfPlane) * (std::ranges::max(extents_) / 2);
}

std::vector<SiteGrid> FreeSheets::choose(std::span<const double> u) const {
  std::vector<SiteGrid> sheets;
  std::size_t read = extents_.size() == 2 ? 0 : 2;
  for (const Plane& plane : planes(extents_, u)) {
    sheets.push_back(plane.sheet(u.subspan(read).first<kOfPlane>()));
    read += kOfPlane;
  }
  return sheets;
}

}  // namespace nmc
