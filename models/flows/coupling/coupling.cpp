#include "models/flows/coupling/coupling.hpp"

#include <fmt/format.h>

#include <set>

#include "core/errors.hpp"
#include "core/random/streams.hpp"
#include "models/flows/map/latent_trace.hpp"

namespace nmc {
namespace {

void check_coupling(const CouplingSpec& spec) {
  require(!spec.patches.empty() && !spec.masks.empty(),
          "a coupling layer needs at least one patch and one mask");
  for (const int h : spec.hidden)
    require(h > 0, fmt::format("hidden width is {}; it must be at least 1", h));
  require(spec.conditions >= 0, "a coupling layer cannot read fewer than 0 conditions");
  const std::size_t p = spec.patches.front().size();
  std::set<int> used;
  for (const auto& patch : spec.patches) {
    require(patch.size() == p, "all patches of a coupling layer must have the same size");
    for (const int site : patch) {
      require(site >= 0 && site < spec.sites,
              fmt::format("patch names site {}; sites run from 0 to {}", site, spec.sites - 1));
      require(used.insert(site).second, fmt::format("site {} lies in two patches", site));
    }
  }
  for (const auto& mask : spec.masks) {
    require(mask.size() == p,
            fmt::format("mask has {} entries, patches have {} sites", mask.size(), p));
    std::size_t kept = 0;
    for (const auto m : mask) kept += m;
    require(kept > 0 && kept < p, "a mask must keep at least one site and move at least one");
  }
}

template <class T>
Index lay_out(const CouplingSpec& spec, std::vector<PackedCoupling<T>>& couplings) {
  Index offset = 0;
  for (const auto& mask : spec.masks) {
    PackedCoupling<T> c;
    c.activation = spec.activation;
    c.conditions = spec.conditions;
    for (int k = 0; k < static_cast<int>(mask.size()); ++k)
      (mask[static_cast<std::size_t>(k)] ? c.kept : c.moved).push_back(k);
    const int kept = static_cast<int>(c.kept.size()), moved = static_cast<int>(c.moved.size());
    std::vector<int> widths = spec.hidden;
    widths.insert(widths.begin(), kept + spec.conditions);
    widths.push_back(moved);
    offset = lay_out_net(c.shift, widths, offset);
    if (spec.is_affine) {
      offset = lay_out_net(c.log_scale, widths, offset);
      c.grad_scale = offset;
      offset += moved;
    }
    couplings.push_back(std::move(c));
  }
  return offset;
}

template <class T>
void pack_all(std::vector<PackedCoupling<T>>& couplings, std::span<const double> parameters) {
  for (auto& c : couplings) {
    pack_net(c.shift, parameters);
    if (c.log_scale.empty()) continue;
    pack_net(c.log_scale, parameters);
    const auto scale = parameters.subspan(static_cast<std::size_t>(c.grad_scale), c.moved.size());
    c.scale.assign(scale.begin(), scale.end());
  }
}

}  // namespace

CouplingLayer::CouplingLayer(CouplingSpec spec) : spec_(std::move(spec)) {
  check_coupling(spec_);
  for (const auto& patch : spec_.patches)
    patch_sites_.insert(patch_sites_.end(), patch.begin(), patch.end());
  parameter_count_ = lay_out(spec_, single_);
  lay_out(spec_, double_);
}

Patches CouplingLayer::patches() const {
  return {patch_sites_.data(), static_cast<int>(spec_.patches.size()),
          static_cast<int>(spec_.patches.front().size())};
}

// Of every coupling in turn: a moved variable becomes a function of itself and of the kept ones.
void CouplingLayer::follow(LatentTrace& trace) const {
  std::vector<int> kept, moved;
  for (const auto& mask : spec_.masks)
    for (const auto& patch : spec_.patches) {
      kept.clear();
      moved.clear();
      for (std::size_t i = 0; i < patch.size(); ++i)
        (mask[i] != 0 ? kept : moved).push_back(patch[i]);
      for (const int site : moved) trace.join(site, kept);
    }
}

void CouplingLayer::initialise(std::span<double> parameters, std::uint64_t seed) const {
  Batch u(1, parameter_count_);
  fill_uniform({seed, 0, 0, Purpose::weights}, u);
  for (Index k = 0; k < parameter_count_; ++k) parameters[k] = 2 * u(0, k) - 1;
  // The first slopes by the condition are 0.
  const auto start_net = [&](const PackedNet<double>& net) {
    scale_start(net, parameters);
    if (net.empty()) return;
    const PackedLayer<double>& first = net.front();
    for (int o = 0; o < first.outputs; ++o)
      for (int k = first.inputs - spec_.conditions; k < first.inputs; ++k)
        parameters[first.grad_weight + o * first.inputs + k] = 0;
  };
  for (const auto& c : double_) {
    start_net(c.shift);
    start_net(c.log_scale);
    if (c.log_scale.empty()) continue;
    for (std::size_t j = 0; j < c.moved.size(); ++j) parameters[c.grad_scale + j] = 1;
  }
}

void CouplingLayer::load(std::span<const double> parameters) {
  pack_all(single_, parameters);
  pack_all(double_, parameters);
}

template <class T>
const std::vector<PackedCoupling<T>>& CouplingLayer::packed() const {
  if constexpr (std::is_same_v<T, float>)
    return single_;
  else
    return double_;
}

template <class T>
void CouplingLayer::apply_tile(Direction way, TileView<T> tile) const {
  const auto& couplings = packed<T>();
  if (way == Direction::generate)
    for (const auto& c : couplings) couple(c, patches(), way, tile);
  else
    for (auto c = couplings.rbegin(); c != couplings.rend(); ++c) couple(*c, patches(), way, tile);
}

template <class T>
void CouplingLayer::apply_tile_vjp(Direction way, const TileVjp<T>& tile) const {
  const auto& couplings = packed<T>();
  if (way == Direction::generate)
    for (auto c = couplings.rbegin(); c != couplings.rend(); ++c)
      couple_vjp(*c, patches(), way, tile);
  else
    for (const auto& c : couplings) couple_vjp(c, patches(), way, tile);
}

template void CouplingLayer::apply_tile(Direction, TileView<float>) const;
template void CouplingLayer::apply_tile(Direction, TileView<double>) const;
template void CouplingLayer::apply_tile_vjp(Direction, const TileVjp<float>&) const;
template void CouplingLayer::apply_tile_vjp(Direction, const TileVjp<double>&) const;
template const std::vector<PackedCoupling<float>>& CouplingLayer::packed<float>() const;
template const std::vector<PackedCoupling<double>>& CouplingLayer::packed<double>() const;

}  // namespace nmc
