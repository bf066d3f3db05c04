#include "models/autoregressive/site_order.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <charconv>
#include <fstream>
#include <sstream>

#include "core/errors.hpp"

namespace nmc {
namespace {

/// Place `d` on Hilbert's curve through n x n cells, n = 2^k (Warren, Hacker's Delight, 16-1).
std::vector<Index> on_hilbert_curve(Index n, Index d) {
  Index x = 0, y = 0;
  for (Index size = 1; size < n; size *= 2, d /= 4) {
    const Index right = 1 & (d / 2), up = 1 & (d ^ right);
    if (up == 0) {
      if (right == 1) {
        x = size - 1 - x;
        y = size - 1 - y;
      }
      std::swap(x, y);
    }
    x += size * right;
    y += size * up;
  }
  return {x, y};
}

/// Coordinates of cell number `d` of a grid.
std::vector<Index> cell(const std::vector<Index>& grid, PatchOrder order, Index d) {
  if (order == PatchOrder::hilbert) return on_hilbert_curve(grid.front(), d);
  std::vector<Index> at(grid.size());
  for (std::size_t k = 0; k < grid.size(); ++k) {
    at[k] = d % grid[k];
    d /= grid[k];
    // A line runs backwards where the number of lines before it is odd.
    if (order == PatchOrder::snake && d % 2 != 0) at[k] = grid[k] - 1 - at[k];
  }
  return at;
}

Index product(const std::vector<Index>& numbers) {
  Index all = 1;
  for (const Index number : numbers) all *= number;
  return all;
}

}  // namespace

std::vector<Index> site_order(const PatchGrid& grid, PatchOrder order) {
  const std::vector<Index>& extents = grid.extents;
  std::vector<Index> patch = grid.patch;
  if (patch.empty()) patch.assign(extents.size(), 1);
  require(patch.size() == extents.size(),
          fmt::format("a patch of {} on a lattice of {}: give one number per direction",
                      fmt::join(patch, "x"), fmt::join(extents, "x")));
  std::vector<Index> cells = extents;
  for (std::size_t k = 0; k < cells.size(); ++k) {
    require(patch[k] >= 1 && extents[k] % patch[k] == 0,
            fmt::format("patches of {} do not tile a lattice of {}: give divisors of its extents",
                        fmt::join(patch, "x"), fmt::join(extents, "x")));
    cells[k] /= patch[k];
  }
  const auto n = static_cast<std::uint64_t>(cells.front());
  require(order != PatchOrder::hilbert ||
              (cells.size() == 2 && cells[0] == cells[1] && std::has_single_bit(n)),
          fmt::format("Hilbert's curve fills squares of 2^k by 2^k; this grid is {}: use snake",
                      fmt::join(cells, "x")));
  std::vector<Index> sites;
  for (Index d = 0; d < product(cells); ++d) {
    const std::vector<Index> corner = cell(cells, order, d);
    for (Index inner = 0; inner < product(patch); ++inner) {
      const std::vector<Index> offset = cell(patch, PatchOrder::raster, inner);
      Index site = 0;
      for (std::size_t k = extents.size(); k-- > 0;)
        site = site * extents[k] + corner[k] * patch[k] + offset[k];
      sites.push_back(site);
    }
  }
  return sites;
}

void check_order(const std::vector<Index>& order, Index sites) {
  require(std::ssize(order) == sites,
          fmt::format("the order names {} sites; the system has {}, and it must name every site "
                      "once",
                      order.size(), sites));
  std::vector<bool> seen(order.size(), false);
  for (const Index site : order) {
    require(site >= 0 && site < sites,
            fmt::format("the order names site {}; sites run from 0 to {}", site, sites - 1));
    require(!seen[static_cast<std::size_t>(site)],
            fmt::format("the order names site {} twice; it must name every site once", site));
    seen[static_cast<std::size_t>(site)] = true;
  }
}

std::vector<Index> read_site_order(const std::string& path, Index sites) {
  std::ifstream file(path);
  require(file.good(), path + ": cannot be read");
  std::vector<Index> order;
  std::string line;
  for (Index number = 1; std::getline(file, line); ++number) {
    std::istringstream words(line);
    for (std::string word; words >> word;) {
      Index site = 0;
      const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), site);
      require(error == std::errc() && end == word.data() + word.size(),
              fmt::format("{}:{}: \"{}\" is no site number", path, number, word));
      order.push_back(site);
    }
  }
  try {
    check_order(order, sites);
  } catch (const UserError& error) {
    throw UserError(path + ": " + error.what());
  }
  return order;
}

}  // namespace nmc
