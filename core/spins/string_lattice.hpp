#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/spins/graph.hpp"
#include "core/spins/string_geometry.hpp"

namespace nmc {

/// One neighbour of every site of a string: that of bit i is bit i + shift of the string `other`.
/// Beyond an end of the lattice it is bit i + wrapped of `wrapped_other`, or there is none.
struct StringLink {
  Index other = 0, shift = 0, wrapped_other = 0, wrapped = 0;
  int end = -1;               ///< the end that it passes (StringLattice::end_sites); −1: none
  bool is_open = false;       ///< no neighbour is beyond it
  Index first = 0, last = 0;  ///< words first … last − 1 have all sites of that end
};

/// A lattice in strings with couplings ±J and a uniform field: the links of its strings, the signs
/// of their bonds, and which of its sites do not interact. Link 2 d of a string leads to the
/// neighbour in direction d whose number in the string is the same, link 2 d + 1 to the other one.
class StringLattice {
 public:
  /// None where the graph is not the lattice of graph.extents, periodic or open in each direction,
  /// with couplings of one magnitude, one field everywhere and nothing else.
  [[nodiscard]] static std::optional<StringLattice> of(const Graph& graph);

  [[nodiscard]] const StringGeometry& geometry() const { return geometry_; }
  /// Of the geometry, which would count them anew.
  [[nodiscard]] Index strings() const { return Index{1} << geometry_.directions; }
  [[nodiscard]] Index words() const { return words_; }
  [[nodiscard]] Index pitch() const { return pitch_; }
  [[nodiscard]] int directions() const { return geometry_.directions; }
  /// Of a site that is at no open end.
  [[nodiscard]] int degree() const { return 2 * geometry_.directions; }
  /// The magnitude of the couplings, and the field.
  [[nodiscard]] double J() const { return J_; }
  [[nodiscard]] double h() const { return h_; }
  [[nodiscard]] Index bonds() const { return bonds_; }
  /// Whether the lattice is periodic with even extents, and without a field: all sites alike, and
  /// links 2 d pass no end.
  [[nodiscard]] bool is_plain() const { return colours() == 2 && !is_open() && h_ == 0; }
  /// Whether sites lack neighbours.
  [[nodiscard]] bool is_open() const { return !missing_.empty(); }

  [[nodiscard]] const StringLink& link(Index string, int k) const {
    return links_[static_cast<std::size_t>(string * degree() + k)];
  }
  /// Bits of link k that are set where the coupling is −J, (pitch); null where none is.
  [[nodiscard]] const std::uint64_t* signs(Index string, int k) const {
    if (signs_.empty()) return nullptr;
    return signs_.data() + (string * degree() + k) * pitch_;
  }
  /// Bits of the first (end = 2 d) or last (2 d + 1) sites of direction d in a string, (pitch).
  [[nodiscard]] const std::uint64_t* end_sites(int end) const {
    return ends_.data() + end * pitch_;
  }
  /// Bits that are sites, (pitch).
  [[nodiscard]] const std::uint64_t* live(Index string) const {
    return live_.data() + string * pitch_;
  }
  /// Digits 0 and 1 of how many neighbours the sites lack, (pitch); of lattices that are open.
  [[nodiscard]] const std::uint64_t* missing(Index string, int digit) const {
    return missing_.data() + (2 * string + digit) * pitch_;
  }

  /// Sites of one string and one colour: sites of a colour do not interact.
  struct Pass {
    Index string;
    Index sites;                ///< where their bits begin in pass_sites()
    std::vector<Index> groups;  ///< of StringGeometry::kGroup words that have any
  };
  /// Two; three where a periodic extent is odd.
  [[nodiscard]] int colours() const { return static_cast<int>(passes_.size()); }
  [[nodiscard]] const std::vector<Pass>& passes(int colour) const {
    return passes_[static_cast<std::size_t>(colour)];
  }
  [[nodiscard]] const std::uint64_t* pass_sites(const Pass& pass) const {
    return pass_sites_.data() + pass.sites;
  }

 private:
  using Directions = std::array<bool, StringGeometry::kMostDirections>;

  explicit StringLattice(const StringGeometry& geometry);
  [[nodiscard]] bool take_boundaries(const Graph& graph);
  [[nodiscard]] bool read_bonds(const Graph& graph);
  [[nodiscard]] bool take(const Bond& bond, std::uint64_t* seen,
                          std::array<Index, 2 * StringGeometry::kMostDirections>& counts);
  void turn_all_signs();
  void finish();
  void make_ends();
  void make_links();
  void add_near(Index string, int d);
  void add_far(Index string, int d);
  void make_missing();
  void make_passes();
  void add_pass(Index string, int colour, const std::vector<std::uint64_t>& sites);
  [[nodiscard]] std::vector<std::uint64_t> sites_of_colour(Index string, int colour) const;
  [[nodiscard]] bool is_odd(int d) const {
    return geometry_.extents[static_cast<std::size_t>(d)] % 2 != 0;
  }
  [[nodiscard]] bool has_seam(int d) const {
    return is_odd(d) && periodic_[static_cast<std::size_t>(d)];
  }

  StringGeometry geometry_;
  Index words_, pitch_, bonds_ = 0;
  double J_ = 0, h_ = 0;
  Directions periodic_{true, true, true};
  std::vector<StringLink> links_;
  std::vector<std::uint64_t> live_, ends_, signs_, missing_, pass_sites_;
  std::vector<std::vector<Pass>> passes_;  ///< by colour
};

namespace spins_detail {

/// Sets the bits of a string that are sites: where an extent is odd, the last of its odd sites are
/// none.
void set_live(const StringGeometry& geometry, Index string, std::uint64_t* words);

}  // namespace spins_detail
}  // namespace nmc
