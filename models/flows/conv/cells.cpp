#include "models/flows/conv/cells.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "core/errors.hpp"
#include "models/flows/nets/layer_fields.hpp"

namespace nmc {
namespace {

Index cells_in(const std::vector<Index>& extents) {
  return std::accumulate(extents.begin(), extents.end(), Index{1}, std::multiplies<>());
}

/// The cell of the finer lattice at an offset, whose bits say the direction, in a cell of the
/// coarser one.
Index finer_cell(Index coarse, Index offset, const std::vector<Index>& fine_extents) {
  Index number = 0, stride = 1;
  for (const Index extent : fine_extents) {
    number += stride * (2 * (coarse % (extent / 2)) + offset % 2);
    coarse /= extent / 2;
    offset /= 2;
    stride *= extent;
  }
  return number;
}

}  // namespace

void check_cells(const Cells& cells) {
  require(!cells.extents.empty(), "cells of a field need a lattice");
  for (const Index extent : cells.extents)
    require(extent >= 1, fmt::format("an extent of a lattice of cells is {}", extent));
  require(cells.channels >= 1, fmt::format("channels = {}: a cell has at least 1", cells.channels));
  const Index places = cells_in(cells.extents) * cells.channels;
  require(std::ssize(cells.sites) == places,
          fmt::format("{} cells of {} channels name {} sites", cells_in(cells.extents),
                      cells.channels, cells.sites.size()));
  std::vector<bool> is_taken(static_cast<std::size_t>(cells.field), false);
  for (const int site : cells.sites) {
    require(site >= 0 && site < cells.field,
            fmt::format("a cell names site {} of a field of {}", site, cells.field));
    require(!is_taken[static_cast<std::size_t>(site)],
            fmt::format("site {} stands in two places of the cells", site));
    is_taken[static_cast<std::size_t>(site)] = true;
  }
}

Cells single_cells(const std::vector<Index>& extents) {
  Cells cells{cells_in(extents), extents, 1, {}};
  cells.sites.resize(static_cast<std::size_t>(cells.field));
  std::iota(cells.sites.begin(), cells.sites.end(), 0);
  check_cells(cells);
  return cells;
}

Cells squeezed(const Cells& cells) {
  Cells coarse{cells.field, {}, cells.channels, {}};
  Index offsets = 1;
  for (const Index extent : cells.extents) {
    require(extent % 2 == 0,
            fmt::format("a squeeze halves every extent, and one of {} is odd: take fewer levels, "
                        "or other extents",
                        fmt::join(cells.extents, "x")));
    coarse.extents.push_back(extent / 2);
    offsets *= 2;
  }
  coarse.channels *= static_cast<int>(offsets);
  for (Index cell = 0; cell < cells_in(coarse.extents); ++cell)
    for (Index offset = 0; offset < offsets; ++offset) {
      const int* own = cells.at(static_cast<int>(finer_cell(cell, offset, cells.extents)));
      coarse.sites.insert(coarse.sites.end(), own, own + cells.channels);
    }
  return coarse;
}

Cells some_channels(const Cells& cells, int first, int count) {
  Cells some{cells.field, cells.extents, count, {}};
  for (int cell = 0; cell < cells.count(); ++cell)
    some.sites.insert(some.sites.end(), cells.at(cell) + first, cells.at(cell) + first + count);
  return some;
}

void write_cells(archive::File& file, const std::string& group, const Cells& cells) {
  const std::vector<std::int64_t> extents(cells.extents.begin(), cells.extents.end());
  file.write(group + "/shape", {std::ssize(extents)}, extents);
  file.write(group + "/sites", {cells.count(), cells.channels}, wide(cells.sites));
}

Cells read_cells(const archive::File& file, const std::string& group, Index field,
                 KnownEntries& known) {
  known.children.insert(known.children.end(), {"shape", "sites"});
  Cells cells{field, {}, 0, read_int_vector(file, group + "/sites")};
  const archive::Shape shape = file.shape(group + "/sites");
  require(shape.size() == 2 && shape[1] >= 1 && shape[1] <= field,
          fmt::format("{}: {}/sites must have cells and channels", file.path(), group));
  cells.channels = static_cast<int>(shape[1]);
  Index count = 1;
  for (const int extent : read_int_vector(file, group + "/shape")) {
    cells.extents.push_back(extent);
    count *= std::max(extent, 1);
    require(
        extent >= 1 && count <= field && cells.extents.size() <= 8,
        fmt::format("{}: {}/shape is no shape of cells of {} sites", file.path(), group, field));
  }
  check_cells(cells);
  return cells;
}

}  // namespace nmc
