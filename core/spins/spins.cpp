#include "core/spins/spins.hpp"

#include <cassert>

#include "core/spins/string_lattice.hpp"

namespace nmc {

bool StripGeometry::fits(const std::vector<Index>& torus) {
  return torus.size() == 2 && torus[0] % (2 * kBits) == 0 && torus[1] % (2 * kWords) == 0;
}

StripGeometry StripGeometry::of(const std::vector<Index>& torus) {
  assert(fits(torus));
  return {torus[0] / kBits, torus[1] / kWords};
}

Spins::Spins(SpinLayout layout, const SpinRows& shape, const SpinGeometry& geometry)
    : layout_(layout),
      rows_(shape.rows),
      sites_(shape.sites),
      first_row_(shape.first_row),
      geometry_(geometry) {
  if (layout == SpinLayout::bytes) {
    bytes_.assign(static_cast<std::size_t>(rows_ * sites_), 1);
    return;
  }
  if (layout == SpinLayout::strings) {
    const StringGeometry& g = geometry.strings;
    margin_ = g.margin();
    words_.assign(static_cast<std::size_t>(rows_ * words_per_row() + 2 * margin_), 0);
    for (Index string = 0; string < rows_ * g.strings(); ++string)
      spins_detail::set_live(g, string % g.strings(), words() + string * g.pitch());
    return;
  }
  if (layout == SpinLayout::lanes) groups_ = (first_bit() + rows_ + kWordBits - 1) / kWordBits;
  const Index words = layout == SpinLayout::lanes ? sites_ * groups_ : rows_ * words_per_row();
  words_.assign(static_cast<std::size_t>(words), ~std::uint64_t{0});
}

Index Spins::words_per_row() const {
  if (layout_ == SpinLayout::strings) return geometry_.strings.words_per_row();
  return geometry_.strips.vectors() * StripGeometry::kWords;
}

Spins::Place Spins::place(Index row, Index site) const {
  if (layout_ == SpinLayout::lanes) {
    const Index lane = first_bit() + row;
    return {static_cast<std::size_t>(site * groups_ + lane / kWordBits),
            static_cast<int>(lane % kWordBits)};
  }
  if (layout_ == SpinLayout::strings) {
    const StringGeometry& g = geometry_.strings;
    const auto [string, bit] = g.place(site);
    const Index word = row * g.words_per_row() + string * g.pitch() + bit / kWordBits;
    return {static_cast<std::size_t>(margin_ + word), static_cast<int>(bit % kWordBits)};
  }
  const StripGeometry& g = geometry_.strips;
  const Index extent = g.block_x * StripGeometry::kBits;
  const Index x = site % extent, y = site / extent;
  const Index vector = y % g.block_y * g.block_x + x % g.block_x;
  return {static_cast<std::size_t>((row * g.vectors() + vector) * g.kWords + y / g.block_y),
          static_cast<int>(x / g.block_x)};
}

bool Spins::is_up(Index row, Index site) const {
  if (layout_ == SpinLayout::bytes) return this->row(row)[site] > 0;
  const auto [word, bit] = place(row, site);
  return (words_[word] >> bit & 1U) != 0;
}

void Spins::set(Index row, Index site, bool up) {
  if (layout_ == SpinLayout::bytes) {
    this->row(row)[site] = up ? 1 : -1;
    return;
  }
  const auto [word, bit] = place(row, site);
  const std::uint64_t mask = std::uint64_t{1} << bit;
  words_[word] = up ? words_[word] | mask : words_[word] & ~mask;
}

Batch Spins::unpack() const {
  Batch x(rows_, sites_);
  if (layout_ == SpinLayout::lanes) {
    const Index skip = first_bit();
    for (Index site = 0; site < sites_; ++site) {
      const std::uint64_t* words = words_.data() + site * groups_;
      double* up = x.col(site).data();
      for (Index row = 0; row < rows_; ++row) {
        const auto lane = static_cast<std::size_t>(skip + row);
        up[row] = 2 * static_cast<double>(words[lane / kWordBits] >> lane % kWordBits & 1U) - 1;
      }
    }
    return x;
  }
  if (layout_ == SpinLayout::strings) return converted(SpinLayout::bytes).unpack();
  for (Index site = 0; site < sites_; ++site)
    for (Index row = 0; row < rows_; ++row) x(row, site) = is_up(row, site) ? 1 : -1;
  return x;
}

Batch Spins::unpack_row(Index row) const {
  Batch x(1, sites_);
  for (Index site = 0; site < sites_; ++site) x(0, site) = is_up(row, site) ? 1 : -1;
  return x;
}

void Spins::pack(const Batch& x) {
  assert(x.rows() == rows_ && x.cols() == sites_);
  if (layout_ == SpinLayout::strings) {
    Spins bytes(SpinLayout::bytes, shape());
    bytes.pack(x);
    *this = bytes.converted(layout_, geometry_);
    return;
  }
  for (Index site = 0; site < sites_; ++site)
    for (Index row = 0; row < rows_; ++row) set(row, site, x(row, site) > 0);
}

}  // namespace nmc
