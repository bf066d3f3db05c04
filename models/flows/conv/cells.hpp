#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/archive/file.hpp"
#include "core/archive/model_entries.hpp"
#include "core/batch.hpp"

namespace nmc {

/// Variables of a field as a lattice of cells with channels: what squeezes make of it (Dinh,
/// Sohl-Dickstein and Bengio 2016, arXiv:1605.08803, sec. 3.6).
struct Cells {
  Index field = 0;               ///< sites of the whole field
  std::vector<Index> extents{};  ///< of the lattice of cells, x first
  int channels = 0;
  std::vector<int> sites{};  ///< (cells, channels): the site of the field

  [[nodiscard]] int count() const { return static_cast<int>(sites.size()) / channels; }
  [[nodiscard]] const int* at(int cell) const {
    return sites.data() + static_cast<std::size_t>(cell) * static_cast<std::size_t>(channels);
  }
};

/// Throws UserError unless they are a lattice of cells, each of their sites being one of the field
/// that no other place has.
void check_cells(const Cells& cells);

/// A cell for every site, with one channel.
[[nodiscard]] Cells single_cells(const std::vector<Index>& extents);
/// 2^d neighbouring cells become one: channel o C + c of the new one is channel c of the old one at
/// offset o, x fastest. UserError where an extent is odd.
[[nodiscard]] Cells squeezed(const Cells& cells);
/// Channels first, …, first + count − 1 of every cell.
[[nodiscard]] Cells some_channels(const Cells& cells, int first, int count);

/// Datasets `shape` (d) and `sites` (cells, channels) of a layer.
void write_cells(archive::File& file, const std::string& group, const Cells& cells);
/// Read and checked for a field of so many sites; `known` gets the names of the datasets.
[[nodiscard]] Cells read_cells(const archive::File& file, const std::string& group, Index field,
                               KnownEntries& known);

}  // namespace nmc
