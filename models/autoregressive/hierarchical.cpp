#include "models/autoregressive/hierarchical.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>

#include "core/errors.hpp"
#include "models/autoregressive/layer_building.hpp"

namespace nmc {
namespace {

using layer_building::check_sizes;
using layer_building::close_token;
using layer_building::empty_layer;
using layer_building::SharedMatrices;

/// Spins that follow each other in the order.
struct Stretch {
  Index first = 0;
  Index count = 0;
};

/// Sites that one network draws one after the other, given a boundary.
struct Cross {
  Index stage = 0;              ///< 0: the frame; crosses of a stage share their weights
  Index first = 0;              ///< place of its first spin in the order
  Index x = 0, y = 0;           ///< lowest corner of the square that it cuts
  Index side = 0;               ///< of that square; 0: the frame
  std::vector<Index> sites{};   ///< as they are drawn
  std::vector<Stretch> ring{};  ///< the boundary, in the same order in every cross of a stage
};

Index side_of(const HierarchicalShape& shape) {
  const std::vector<Index>& extents = shape.extents;
  require(extents.size() == 2 && extents[0] == extents[1] && extents[0] >= 2 &&
              std::has_single_bit(static_cast<std::uint64_t>(extents[0])),
          fmt::format("hierarchical halves a square lattice of 2^k x 2^k sites; this one has {}: "
                      "use made or two_body",
                      fmt::join(extents, "x")));
  return extents[0];
}

/// The middle row and column of the square; a single site is its own cross.
void draw_cross(Index L, Cross& cross) {
  const Index n = cross.side, middle = n / 2;
  for (Index k = 0; k < n; ++k) cross.sites.push_back(cross.x + k + L * (cross.y + middle));
  for (Index k = 0; k < n; ++k)
    if (k != middle) cross.sites.push_back(cross.x + middle + L * (cross.y + k));
}

/// The frame, then all crosses of a stage before those of the next.
std::vector<Cross> cut(Index L) {
  std::vector<Cross> all(1);
  for (Index x = 0; x < L; ++x) all[0].sites.push_back(x);
  for (Index y = 1; y < L; ++y) all[0].sites.push_back(L * y);
  Index stage = 1;
  for (Index side = L - 1; side >= 1; side /= 2, ++stage)
    for (Index y = 1; y < L; y += side + 1)
      for (Index x = 1; x < L; x += side + 1) {
        const Cross& before = all.back();
        const Index first = before.first + std::ssize(before.sites);
        all.push_back({stage, first, x, y, side});
        draw_cross(L, all.back());
      }
  return all;
}

/// Sides left, right, below, above, then corners. Each side lies within a half of an earlier cross,
/// the frame being cut at its corner, and is thus one stretch of the order.
void surround(Index L, const std::vector<Index>& place, bool reads_corners, Cross& cross) {
  if (cross.side == 0) return;
  const Index x = cross.x, y = cross.y, n = cross.side;
  const auto add = [&](Index at_x, Index at_y, Index count) {
    cross.ring.push_back({place[static_cast<std::size_t>(at_x % L + L * (at_y % L))], count});
  };
  // The largest square meets itself round the torus: its boundary is one row and one column.
  const bool is_whole = n + 1 == L;
  add(x - 1, y, n);
  if (!is_whole) add(x + n, y, n);
  add(x, y - 1, n);
  if (!is_whole) add(x, y + n, n);
  if (!reads_corners) return;
  for (const Index dy : {Index{-1}, n})
    for (const Index dx : {Index{-1}, n})
      if (!is_whole || (dx < 0 && dy < 0)) add(x + dx, y + dy, 1);
}

/// What the crosses of one layer share: matrices and biases by stage, token within the cross, and
/// what is read.
class StageLayer {
 public:
  StageLayer(Index units, bool is_first, Index below)
      : layer_(empty_layer(units, 0, true)), is_first_(is_first), below_(below) {}

  void add_token(const Cross& cross, Index token) {
    const Index key = (cross.stage * kTokens + token) * kSlots;
    if (is_first_) {
      for (std::size_t k = 0; k < cross.ring.size(); ++k)
        matrices_.add_run(layer_, key + 1 + static_cast<Index>(k), cross.ring[k].first,
                          cross.ring[k].count);
      if (token > 0) matrices_.add_run(layer_, key, cross.first, token);
    } else {
      matrices_.add_run(layer_, key, cross.first * below_, (token + 1) * below_);
    }
    close_token(layer_);
    const auto [place, is_new] = biases_.try_emplace(key, layer_.biases);
    if (is_new) layer_.biases += layer_.units;
    layer_.bias.push_back(place->second);
  }
  [[nodiscard]] CausalLayer take() { return std::move(layer_); }

 private:
  static constexpr Index kSlots = 16, kTokens = Index{1} << 32;
  CausalLayer layer_;
  bool is_first_;
  Index below_;  ///< units of the layer below
  SharedMatrices matrices_;
  std::map<Index, Index> biases_;
};

}  // namespace

CausalSpec hierarchical_spec(const CausalFrame& frame, const HierarchicalShape& shape) {
  check_sizes(shape.depth, shape.width);
  require(frame.patch == 1, "hierarchical draws one spin at a time: leave patch at 1");
  require(frame.order.empty(), "hierarchical draws in an order of its own: leave order away");
  const Index L = side_of(shape);
  std::vector<Cross> crosses = cut(L);
  CausalSpec spec;
  spec.sites = L * L;
  spec.activation = frame.activation;
  std::vector<Index> place(static_cast<std::size_t>(spec.sites));
  for (const Cross& cross : crosses)
    for (const Index site : cross.sites) {
      place[static_cast<std::size_t>(site)] = std::ssize(spec.order);
      spec.order.push_back(site);
    }
  for (Cross& cross : crosses) surround(L, place, shape.reads_corners, cross);
  if (shape.has_exact_last) std::erase_if(crosses, [](const Cross& it) { return it.side == 1; });
  spec.networks = crosses.back().first + std::ssize(crosses.back().sites);
  for (Index l = 0; l < shape.depth; ++l) {
    StageLayer layer(l + 1 == shape.depth ? 1 : shape.width, l == 0, shape.width);
    for (const Cross& cross : crosses)
      for (Index t = 0; t < std::ssize(cross.sites); ++t) layer.add_token(cross, t);
    spec.layers.push_back(layer.take());
  }
  return spec;
}

void match_couplings(const Graph& couplings, HierarchicalShape& shape) {
  const Index L = side_of(shape);
  shape.reads_corners = !couplings.plaquettes.empty();
  shape.has_exact_last = couplings.plaquettes.empty();
  const auto is_last = [&](Index site) { return site % L % 2 == 1 && site / L % 2 == 1; };
  for (const Bond& bond : couplings.bonds) {
    if (bond.i % L != bond.j % L && bond.i / L != bond.j / L) shape.reads_corners = true;
    if (is_last(bond.i) && is_last(bond.j)) shape.has_exact_last = false;
  }
}

}  // namespace nmc
