#pragma once

#include <cstdint>
#include <vector>

#include "core/batch.hpp"
#include "core/spins/string_geometry.hpp"

namespace nmc {

/// How the spins of a batch lie in memory. Kernels say which one they work on; a conversion costs
/// about a nanosecond per spin.
enum class SpinLayout {
  bytes,    ///< ±1 as int8, the sites of one row contiguous: walks over one lattice
  lanes,    ///< one bit per spin, a word holds one site of 64 rows: many replicas of any graph
  strips,   ///< one bit per spin, a vector of 512 bits holds 512 sites of one row: a large torus
  strings,  ///< one bit per spin, the sites of one row by the parity of their coordinates: a
            ///< lattice
};

/// How a large square torus is cut into 64 x 8 equal blocks, one per bit of a vector of eight
/// words: site (x, y) is bit x / block_x of word y / block_y of vector (x % block_x, y % block_y).
/// Every bit then has its neighbours at the same places, and even blocks make the two colours of
/// the checkerboard the same in all of them.
struct StripGeometry {
  static constexpr Index kBits = 64, kWords = 8;
  Index block_x = 0, block_y = 0;

  /// Lx a multiple of 128 and Ly of 16, so that blocks are even.
  [[nodiscard]] static bool fits(const std::vector<Index>& torus);
  [[nodiscard]] static StripGeometry of(const std::vector<Index>& torus);
  [[nodiscard]] Index vectors() const { return block_x * block_y; }
};

/// What the layouts of one lattice need beside the number of its sites: one of the two, or none.
struct SpinGeometry {
  StripGeometry strips{};
  StringGeometry strings{};

  SpinGeometry() = default;
  SpinGeometry(const StripGeometry& g) : strips(g) {}    // NOLINT(google-explicit-constructor)
  SpinGeometry(const StringGeometry& g) : strings(g) {}  // NOLINT(google-explicit-constructor)
};

/// How many rows of how many sites, and the global number of the first.
struct SpinRows {
  Index rows = 0, sites = 0, first_row = 0;
};

/// Spins ±1 of the rows of a batch, packed. Bit 1 and byte +1 are up. In `lanes`, word g of a site
/// holds the rows whose global numbers are 64 (first_row / 64 + g) … + 63, whatever batch they are
/// in: random words shared by 64 rows are then the same for every cut of the rows into batches.
class Spins {
 public:
  static constexpr Index kWordBits = 64;

  Spins() = default;
  /// All up. `geometry` is read by the layouts strips and strings alone.
  Spins(SpinLayout layout, const SpinRows& shape, const SpinGeometry& geometry = {});

  [[nodiscard]] bool empty() const { return rows_ == 0; }
  [[nodiscard]] SpinLayout layout() const { return layout_; }
  [[nodiscard]] Index rows() const { return rows_; }
  [[nodiscard]] Index sites() const { return sites_; }
  [[nodiscard]] Index first_row() const { return first_row_; }
  [[nodiscard]] SpinRows shape() const { return {rows_, sites_, first_row_}; }
  [[nodiscard]] const SpinGeometry& geometry() const { return geometry_; }
  /// Words of a row of strips or strings.
  [[nodiscard]] Index words_per_row() const;

  /// lanes: words per site. The word of site i and group g is words()[i * groups() + g].
  [[nodiscard]] Index groups() const { return groups_; }
  /// lanes: the bit of row 0 in its word; row r is bit (first_bit() + r) % 64 of word / 64.
  [[nodiscard]] Index first_bit() const { return first_row_ % kWordBits; }
  /// lanes: as above. strips: [row][vector][8], vector = y * block_x + x within the block. strings:
  /// [row][string][word], 0 where no site is, with StringGeometry::margin() words before and after.
  [[nodiscard]] std::uint64_t* words() { return words_.data() + margin_; }
  [[nodiscard]] const std::uint64_t* words() const { return words_.data() + margin_; }
  /// bytes: the spins of one row, (sites).
  [[nodiscard]] std::int8_t* row(Index row) { return bytes_.data() + row * sites_; }
  [[nodiscard]] const std::int8_t* row(Index row) const { return bytes_.data() + row * sites_; }

  [[nodiscard]] bool is_up(Index row, Index site) const;
  void set(Index row, Index site, bool up);

  /// Spins ±1, (rows, sites).
  [[nodiscard]] Batch unpack() const;
  /// Row `row` alone, (1, sites).
  [[nodiscard]] Batch unpack_row(Index row) const;
  /// Positive entries are up. x has the shape (rows(), sites()).
  void pack(const Batch& x);
  /// The same spins in another layout.
  [[nodiscard]] Spins converted(SpinLayout layout, const SpinGeometry& geometry = {}) const;

 private:
  struct Place {
    std::size_t word;
    int bit;
  };
  [[nodiscard]] Place place(Index row, Index site) const;

  SpinLayout layout_ = SpinLayout::bytes;
  Index rows_ = 0, sites_ = 0, first_row_ = 0, groups_ = 0, margin_ = 0;
  SpinGeometry geometry_;
  std::vector<std::uint64_t> words_;
  std::vector<std::int8_t> bytes_;
};

}  // namespace nmc
