#include "core/spins/string_lattice.hpp"

#include <algorithm>
#include <cmath>

namespace nmc {
namespace {

constexpr Index kBits = StringGeometry::kWordBits;

bool is_set(const std::uint64_t* words, Index bit) {
  return (words[bit / kBits] >> bit % kBits & 1) != 0;
}

bool is_odd_in(Index string, int d) {
  return (string >> d & 1) != 0;
}

/// The one field of all sites; none where they differ.
std::optional<double> uniform_field(const Graph& graph) {
  if (graph.field.empty()) return 0;
  const double h = graph.field.front();
  const bool is_one = std::ranges::all_of(graph.field, [h](double own) { return own == h; });
  return is_one ? std::optional(h) : std::nullopt;
}

}  // namespace

StringLattice::StringLattice(const StringGeometry& geometry)
    : geometry_(geometry), words_(geometry.words()), pitch_(geometry.pitch()) {
  live_.assign(static_cast<std::size_t>(strings() * pitch_), 0);
  for (Index string = 0; string < strings(); ++string)
    spins_detail::set_live(geometry, string, live_.data() + string * pitch_);
}

std::optional<StringLattice> StringLattice::of(const Graph& graph) {
  const std::optional<double> h = uniform_field(graph);
  if (!StringGeometry::fits(graph.extents) || !graph.plaquettes.empty() || !h) return std::nullopt;
  if (graph.bonds.empty()) return std::nullopt;
  StringLattice lattice(StringGeometry::of(graph.extents));
  lattice.h_ = *h;
  lattice.bonds_ = std::ssize(graph.bonds);
  lattice.J_ = std::abs(graph.bonds.first_J());
  const bool is_torus = !graph.torus.empty() && graph.bonds.are_all(lattice.J_);
  if (lattice.J_ == 0) return std::nullopt;
  if (!is_torus && !lattice.take_boundaries(graph) && !lattice.read_bonds(graph))
    return std::nullopt;
  lattice.finish();
  const bool are_listed = is_torus || !lattice.signs_.empty();
  if (!are_listed && graph.bonds.first_J() < 0) lattice.turn_all_signs();
  return lattice;
}

/// Of bonds that are those of the lattice with one coupling; false of others.
bool StringLattice::take_boundaries(const Graph& graph) {
  const LatticeBonds* all = graph.bonds.lattice();
  if (all == nullptr || all->extents != graph.extents) return false;
  if (!all->common_coupling()) return false;
  for (int d = 0; d < directions(); ++d)
    periodic_[static_cast<std::size_t>(d)] = all->periodic[static_cast<std::size_t>(d)];
  return true;
}

bool StringLattice::read_bonds(const Graph& graph) {
  const auto planes = static_cast<std::size_t>(strings() * degree() * pitch_);
  std::vector<std::uint64_t> seen(planes, 0);
  signs_.assign(planes, 0);
  std::array<Index, 2 * StringGeometry::kMostDirections> counts{};  // inside, and around
  bool fits = true;
  graph.bonds.visit([&](const Bond& bond) {
    fits = fits && std::abs(bond.J) == J_ && take(bond, seen.data(), counts);
  });
  if (!fits) return false;
  for (int d = 0; d < directions(); ++d) {
    const auto at = static_cast<std::size_t>(d);
    const Index extent = geometry_.extents[at], lines = graph.sites / extent;
    if (counts[2 * at] != lines * (extent - 1)) return false;
    if (counts[2 * at + 1] != 0 && counts[2 * at + 1] != lines) return false;
    periodic_[at] = counts[2 * at + 1] != 0;
  }
  if (std::ranges::all_of(signs_, [](std::uint64_t word) { return word == 0; })) signs_.clear();
  return true;
}

/// Counts a bond of the lattice and sets its sign at both its ends; false where it is none or was
/// seen.
bool StringLattice::take(const Bond& bond, std::uint64_t* seen,
                         std::array<Index, 2 * StringGeometry::kMostDirections>& counts) {
  Index stride = 1;
  for (int d = 0; d < directions(); stride *= geometry_.extents[static_cast<std::size_t>(d++)]) {
    const Index extent = geometry_.extents[static_cast<std::size_t>(d)];
    const auto is_last = [&](Index site) { return site / stride % extent + 1 == extent; };
    // Whether the bond leaves the first site in the positive direction.
    const auto leaves = [&](Index from, Index to) {
      return to == (is_last(from) ? from - stride * (extent - 1) : from + stride);
    };
    const bool is_forward = leaves(bond.i, bond.j);
    if (!is_forward && !leaves(bond.j, bond.i)) continue;
    const Index site = is_forward ? bond.i : bond.j;
    const StringGeometry::Place from = geometry_.place(site);
    const StringGeometry::Place to = geometry_.place(is_forward ? bond.j : bond.i);
    const Index forward = from.string * degree() + 2 * d + (is_odd_in(from.string, d) ? 1 : 0);
    const Index backward = to.string * degree() + 2 * d + (is_odd_in(to.string, d) ? 0 : 1);
    if (is_set(seen + forward * pitch_, from.bit)) return false;
    spins_detail::set_bits(seen + forward * pitch_, from.bit, 1);
    ++counts[static_cast<std::size_t>(2 * d + (is_last(site) ? 1 : 0))];
    if (bond.J < 0) {
      spins_detail::set_bits(signs_.data() + forward * pitch_, from.bit, 1);
      spins_detail::set_bits(signs_.data() + backward * pitch_, to.bit, 1);
    }
    return true;
  }
  return false;
}

/// All couplings are −J: what read_bonds() finds then.
void StringLattice::turn_all_signs() {
  for (Index string = 0; string < strings(); ++string)
    for (int k = 0; k < degree(); ++k) {
      const StringLink& to = link(string, k);
      for (Index w = 0; w < pitch_; ++w)
        signs_.push_back(live(string)[w] & (to.is_open ? ~end_sites(to.end)[w] : ~0ULL));
    }
}

void StringLattice::finish() {
  make_ends();
  make_links();
  make_missing();
  make_passes();
}

void StringLattice::make_ends() {
  const Index bits = geometry_.bits();
  ends_.assign(static_cast<std::size_t>(degree() * pitch_), 0);
  for (int d = 0; d < directions(); ++d) {
    const Index stride = geometry_.stride(d), block = stride * geometry_.half(d);
    for (Index from = 0; from < bits; from += block) {
      spins_detail::set_bits(ends_.data() + 2 * d * pitch_, from, stride);
      spins_detail::set_bits(ends_.data() + (2 * d + 1) * pitch_, from + block - stride, stride);
    }
  }
}

void StringLattice::make_links() {
  for (Index string = 0; string < strings(); ++string)
    for (int d = 0; d < directions(); ++d) {
      add_near(string, d);
      add_far(string, d);
    }
  // Ends of the last direction are in one piece.
  const int top = directions() - 1;
  const Index stride = geometry_.stride(top), around = geometry_.bits() - stride;
  for (StringLink& link : links_) {
    link.last = words_;
    if (link.end == 2 * top) link.last = (stride + kBits - 1) / kBits;
    if (link.end == 2 * top + 1) link.first = around / kBits;
  }
}

/// Forward of an even site, backward of an odd one: only the last even site of an odd extent has no
/// odd one after it.
void StringLattice::add_near(Index string, int d) {
  StringLink link{string ^ Index{1} << d, 0};
  if (is_odd(d) && !is_odd_in(string, d)) {
    link.end = 2 * d + 1;
    link.is_open = !has_seam(d);
    link.wrapped_other = string;
    link.wrapped = -geometry_.stride(d) * (geometry_.half(d) - 1);
  }
  links_.push_back(link);
}

/// Backward of an even site, forward of an odd one; the last odd site of an odd extent is followed
/// by an even one.
void StringLattice::add_far(Index string, int d) {
  const Index stride = geometry_.stride(d), around = stride * (geometry_.half(d) - 1);
  const Index other = string ^ Index { 1 } << d;
  StringLink link{other, is_odd_in(string, d) ? stride : -stride};
  if (!is_odd_in(string, d)) {
    link.end = 2 * d;
    link.wrapped_other = is_odd(d) ? string : other;
    link.wrapped = around;
  } else if (!is_odd(d)) {
    link.end = 2 * d + 1;
    link.wrapped_other = other;
    link.wrapped = -around;
  }
  link.is_open = link.end >= 0 && !periodic_[static_cast<std::size_t>(d)];
  links_.push_back(link);
}

void StringLattice::make_missing() {
  if (std::ranges::none_of(links_, &StringLink::is_open)) return;
  missing_.assign(static_cast<std::size_t>(2 * strings() * pitch_), 0);
  for (Index string = 0; string < strings(); ++string)
    for (int k = 0; k < degree(); ++k) {
      if (!link(string, k).is_open) continue;
      std::uint64_t* ones = missing_.data() + 2 * string * pitch_;
      for (Index w = 0; w < words_; ++w) {
        const std::uint64_t one = end_sites(link(string, k).end)[w] & live(string)[w];
        ones[pitch_ + w] ^= ones[w] & one;
        ones[w] ^= one;
      }
    }
}

/// With coordinates of class 0 (even), 1 (odd) and 2 (the last of an odd periodic extent) two
/// neighbours differ in one class, so that the sum modulo 3 colours the lattice; without class 2
/// their sum modulo 2 does.
std::vector<std::uint64_t> StringLattice::sites_of_colour(Index string, int colour) const {
  const bool has_three = has_seam(0) || has_seam(1) || (directions() > 2 && has_seam(2));
  std::vector<std::uint64_t> sites(static_cast<std::size_t>(pitch_), 0);
  for (Index seams = 0; seams < strings(); ++seams) {
    int sum = 0;
    bool is_possible = true;
    std::vector<std::uint64_t> of_class(live(string), live(string) + pitch_);
    for (int d = 0; d < directions(); ++d) {
      const bool is_seam = is_odd_in(seams, d);
      const bool may_be = has_seam(d) && !is_odd_in(string, d);
      is_possible = is_possible && (may_be || !is_seam);
      sum += is_seam ? 2 : is_odd_in(string, d) ? 1 : 0;
      for (Index w = 0; may_be && w < pitch_; ++w)
        of_class[static_cast<std::size_t>(w)] &=
            is_seam ? end_sites(2 * d + 1)[w] : ~end_sites(2 * d + 1)[w];
    }
    if (!is_possible || sum % (has_three ? 3 : 2) != colour) continue;
    for (std::size_t w = 0; w < sites.size(); ++w) sites[w] |= of_class[w];
  }
  return sites;
}

void StringLattice::make_passes() {
  const bool has_three = has_seam(0) || has_seam(1) || (directions() > 2 && has_seam(2));
  passes_.resize(has_three ? 3 : 2);
  for (int colour = 0; colour < colours(); ++colour)
    for (Index string = 0; string < strings(); ++string)
      add_pass(string, colour, sites_of_colour(string, colour));
}

void StringLattice::add_pass(Index string, int colour, const std::vector<std::uint64_t>& sites) {
  constexpr Index kGroup = StringGeometry::kGroup;
  Pass pass{string, std::ssize(pass_sites_), {}};
  for (Index group = 0; group * kGroup < pitch_; ++group) {
    const auto first = sites.begin() + group * kGroup;
    if (std::any_of(first, first + kGroup, [](std::uint64_t word) { return word != 0; }))
      pass.groups.push_back(group);
  }
  if (pass.groups.empty()) return;
  pass_sites_.insert(pass_sites_.end(), sites.begin(), sites.end());
  passes_[static_cast<std::size_t>(colour)].push_back(std::move(pass));
}

namespace spins_detail {

void set_live(const StringGeometry& geometry, Index string, std::uint64_t* words) {
  const auto count = [&](int d) {
    const Index extent = geometry.extents[static_cast<std::size_t>(d)];
    return d < geometry.directions && is_odd_in(string, d) ? extent / 2 : geometry.half(d);
  };
  const Index width = geometry.half(0), height = geometry.half(1);
  for (Index z = 0; z < count(2); ++z)
    for (Index y = 0; y < count(1); ++y) set_bits(words, width * (y + height * z), count(0));
}

}  // namespace spins_detail
}  // namespace nmc
