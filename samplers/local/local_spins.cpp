#include "samplers/local/local_spins.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/random/xoroshiro.hpp"
#include "core/random/xoshiro.hpp"
#include "core/spins/row_counts.hpp"

namespace nmc {
namespace {

/// No chain's own numbers: one order for all of them.
constexpr std::uint32_t kAllChains = 0xFFFFFFFFU;

std::vector<std::uint32_t> by_colour(const std::vector<int>& colours) {
  std::vector<std::uint32_t> order(colours.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, {}, [&](std::uint32_t site) { return colours[site]; });
  return order;
}

std::vector<std::uint32_t> random_order(Index sites, Streams streams) {
  streams.first_chain = kAllChains;
  Xoshiro random(streams.with(Purpose::order), 0);
  std::vector<std::uint32_t> order(static_cast<std::size_t>(sites));
  for (auto& site : order)
    site = static_cast<std::uint32_t>(random.below(static_cast<std::uint64_t>(sites)));
  return order;
}

std::vector<SiteRun> runs_of(const BitGraph& graph, const std::vector<std::uint32_t>& order) {
  std::vector<SiteRun> runs;
  for (const std::uint32_t& site : order) {
    const int degree = graph.degree(site);
    if (runs.empty() || runs.back().degree != degree) runs.push_back({&site, 0, degree});
    ++runs.back().count;
  }
  return runs;
}

bool is_plain_torus(const Graph& graph) {
  return StripGeometry::fits(graph.torus) && graph.plaquettes.empty() && graph.field.empty();
}

// Groups of 64 chains in a vector of 512.
constexpr Index kWholeGroups = 8;

Index groups_of(Index rows) {
  return (rows + Spins::kWordBits - 1) / Spins::kWordBits;
}

/// Whether strings are faster than lanes, by what a vector of 256 bits of either costs in units of
/// the lanes' and what a sweep of a row does beside them. Lanes know no fields.
bool is_faster(const StringLattice& lattice, Index rows) {
  constexpr Index kVector = 4;  // words
  constexpr Index kPlainCost = 5, kAnyCost = 10, kLaneCost = 4, kRowCost = 16;
  // Eight sites at a time; the words of a group of chains leave the caches as sites grow more.
  constexpr Index kSiteCost = 5, kCached = Index{1} << 15;
  if (lattice.h() != 0 || rows == 1) return true;
  const Index vectors = lattice.strings() * ((lattice.words() + kVector - 1) / kVector);
  const Index of_row = vectors * (lattice.is_plain() ? kPlainCost : kAnyCost) + kRowCost;
  const Index groups = groups_of(rows), whole = groups / kWholeGroups * kWholeGroups;
  const Index sites = lattice.strings() * lattice.geometry().bits();
  const Index of_group = (kSiteCost + sites / kCached) * sites + kVector * kRowCost;
  const Index of_lanes = kLaneCost * whole * sites + (groups - whole) * of_group;
  return kVector * rows * of_row < of_lanes;
}

void check_betas(const std::vector<double>& betas) {
  for (const double beta : betas)
    require(std::isfinite(beta) && beta >= 0,
            fmt::format("beta is {}; it must be a finite number, 0 or larger", beta));
}

}  // namespace

LocalSpins::LocalSpins(const SpinTarget& target, LocalSpinsOptions options,
                       std::vector<double> betas)
    : target_(target), options_(options), betas_(std::move(betas)) {
  if (betas_.empty()) betas_.push_back(target.beta());
  check_betas(betas_);
  const Graph& graph = target.graph();
  const bool may_be_strips =
      betas_.size() == 1 && options_.order.value_or(SiteOrder::colours) == SiteOrder::colours;
  if (may_be_strips && is_plain_torus(graph)) {
    layout_ = SpinLayout::strips;
    rules_.emplace_back(options_.rule, 4, 1, betas_);
    return;
  }
  if (may_be_strips && options_.rows > 0 && start_strings()) return;
  const std::vector<int> colours = colouring(graph);
  const bool is_complete = 1 + *std::ranges::max_element(colours) == graph.sites;
  require(!is_complete || graph.sites < 3 || options_.order != SiteOrder::colours,
          "order = colours needs sites that do not interact, and on a complete "
          "graph there are "
          "none; use order = sequential or random");
  order_ = options_.order.value_or(is_complete ? SiteOrder::sequential : SiteOrder::colours);
  fixed_order_ =
      by_colour(order_ == SiteOrder::colours ? colours : std::vector<int>(colours.size()));
  if (!BitGraph::fits(graph)) {
    real_ = RealGraph::of(graph);
    return;
  }
  bits_ = BitGraph::of(graph);
  fixed_runs_ = runs_of(*bits_, fixed_order_);
  for (int degree = 0; degree <= BitRule::kMaxDegree; ++degree)
    rules_.emplace_back(options_.rule, degree, bits_->J, betas_);
  if (options_.rows > 0 && order_ == SiteOrder::colours &&
      groups_of(options_.rows) % kWholeGroups != 0)
    vectors_ = SiteVectors::of(*bits_, colours);
}

bool LocalSpins::start_strings() {
  auto lattice = StringLattice::of(target_.graph());
  if (!lattice || !is_faster(*lattice, options_.rows)) return false;
  strings_ = std::move(lattice);
  layout_ = SpinLayout::strings;
  if (strings_->is_plain())
    rules_.emplace_back(options_.rule, strings_->degree(), strings_->J(), betas_);
  else
    string_rule_.emplace(options_.rule, StringRule::Couplings{strings_->J(), strings_->h(),
                                                              betas_.front(), strings_->degree()});
  return true;
}

SamplerTraits LocalSpins::traits() const {
  // To measure, keep and analyse one draw of one chain takes a few microseconds; so do so many
  // updates of spins as bits, and of those with real couplings.
  constexpr Index kBits = 131072, kReal = 8192, kLeast = 20;
  // Fewer spins fill no register, so that a sweep of them costs as much as one of many; and what so
  // many sweeps per spin have not moved is frozen.
  constexpr Index kPerSpin = 32;
  const Index steps = std::min((real_ ? kReal : kBits) / sites(), kPerSpin * sites());
  const bool has_whole = bits_ && (!vectors_ || groups_of(options_.rows) >= kWholeGroups);
  return {.has_fast_steps = true,
          .steps_per_draw = std::max(kLeast, steps),
          .preferred_chunk = has_whole ? kWholeGroups * Spins::kWordBits : Spins::kWordBits};
}

double LocalSpins::beta(const Streams& streams, Index row) const {
  const auto global = static_cast<std::size_t>(streams.first_chain) + static_cast<std::size_t>(row);
  return betas_[global % betas_.size()];
}

void LocalSpins::refresh_log_p(ChainState& state, const Streams& streams) const {
  state.energy = target_.energy(state.spins);
  state.log_p = -state.energy;
  for (Index row = 0; row < state.log_p.size(); ++row) state.log_p(row) *= beta(streams, row);
}

void LocalSpins::init(ChainState& state, const Streams& streams, Index chains) const {
  init_spins(state, {options_.start, layout_, target_.graph()}, streams, chains);
  refresh_log_p(state, streams);
}

StepInfo LocalSpins::steps(ChainState& state, const Streams& streams, Index count) const {
  use_layout(state, layout_, streams, target_.graph());
  const Index rows = state.spins.rows();
  StepInfo info = StepInfo::always(rows);
  const bool counts_flips = options_.rule == LocalRule::metropolis;
  // Rows of strips and strings are taken one by one through all sweeps, so that they stay in the
  // cache.
  const Index first = counts_flips ? count - 1 : count;
  sweeps(state.spins, streams, first);
  if (counts_flips) {
    const Spins before = state.spins;
    sweeps(state.spins, streams.at_step(streams.step + static_cast<std::uint64_t>(first)), 1);
    info.acceptance = count_different(before, state.spins) / static_cast<double>(sites());
  }
  refresh_log_p(state, streams);
  return info;
}

void LocalSpins::sweeps(Spins& spins, const Streams& streams, Index count) const {
  if (layout_ != SpinLayout::lanes) {
    sweep_row_by_row(spins, streams, count);
    return;
  }
  const Index whole = whole_groups(spins);
  for (Index i = 0; whole > 0 && i < count; ++i)
    sweep(spins, streams.at_step(streams.step + static_cast<std::uint64_t>(i)), whole);
  for (Index group = whole; vectors_ && group < spins.groups(); ++group)
    sweep_site_by_site(spins, streams, group, count);
}

// By the chains of all batches together: which bits a chain takes must not depend on its batch.
Index LocalSpins::whole_groups(const Spins& spins) const {
  if (!vectors_) return spins.groups();
  const Index whole = groups_of(options_.rows) / kWholeGroups * kWholeGroups;
  return std::clamp<Index>(whole - spins.first_row() / Spins::kWordBits, 0, spins.groups());
}

void LocalSpins::sweep(Spins& spins, const Streams& streams, Index groups) const {
  std::vector<std::uint32_t> drawn;
  if (order_ == SiteOrder::random) drawn = random_order(sites(), streams);
  const bool is_drawn = order_ == SiteOrder::random;
  if (bits_)
    sweep_bits(spins, streams, is_drawn ? runs_of(*bits_, drawn) : fixed_runs_, groups);
  else
    sweep_real(spins, streams, is_drawn ? drawn : fixed_order_);
}

void LocalSpins::sweep_bits(Spins& spins, const Streams& streams, const std::vector<SiteRun>& runs,
                            Index groups) const {
  std::vector<std::uint64_t> bank(static_cast<std::size_t>(XoroshiroBank::kRows * groups));
  seed(streams.with(Purpose::spins),
       static_cast<std::uint64_t>(spins.first_row() / Spins::kWordBits), {bank.data(), groups});
  sweep_lanes(*bits_, runs, rules_, {bank.data(), groups}, spins);
}

void LocalSpins::sweep_site_by_site(Spins& spins, const Streams& streams, Index group,
                                    Index count) const {
  constexpr Index kSites = SiteVectors::kSites;
  const std::vector<std::uint32_t>& site = vectors_->site;
  const Index groups = spins.groups(), global = spins.first_row() / Spins::kWordBits + group;
  // A vector may reach past the last place.
  std::vector<std::uint64_t> words(site.size() + kSites);
  for (std::size_t place = 0; place < site.size(); ++place)
    if (site[place] != SiteVectors::kNone)
      words[place] = spins.words()[static_cast<Index>(site[place]) * groups + group];
  std::array<std::uint64_t, XoroshiroBank::kRows * kSites> bank{};
  for (Index i = 0; i < count; ++i) {
    const Streams now = streams.at_step(streams.step + static_cast<std::uint64_t>(i));
    seed(now.with(Purpose::spins), static_cast<std::uint64_t>(kSites * global),
         {bank.data(), kSites});
    sweep_site_vectors({*vectors_, rules_, {bank.data(), kSites}, global}, words.data());
  }
  for (std::size_t place = 0; place < site.size(); ++place)
    if (site[place] != SiteVectors::kNone)
      spins.words()[static_cast<Index>(site[place]) * groups + group] = words[place];
}

void LocalSpins::sweep_row_by_row(Spins& spins, const Streams& streams, Index count) const {
  constexpr Index kWords = StripGeometry::kWords;
  static_assert(kWords == StringGeometry::kGroup);
  std::array<std::uint64_t, XoroshiroBank::kRows * kWords> bank{};
  const BitRandom random{bank.data(), kWords};
  std::vector<std::uint64_t> scratch;
  const Index words = spins.words_per_row();
  for (Index row = 0; row < spins.rows(); ++row)
    for (Index i = 0; i < count; ++i) {
      const Streams now = streams.at_step(streams.step + static_cast<std::uint64_t>(i));
      seed(now.with(Purpose::spins), static_cast<std::uint64_t>(kWords * (spins.first_row() + row)),
           {bank.data(), kWords});
      if (layout_ == SpinLayout::strips)
        sweep_strips(rules_.front(), row, random, spins, scratch);
      else if (string_rule_)
        sweep_strings(*strings_, *string_rule_, random, spins.words() + row * words);
      else
        sweep_strings(*strings_, rules_.front(), random, spins.words() + row * words);
    }
}

void LocalSpins::sweep_real(Spins& spins, const Streams& streams,
                            const std::vector<std::uint32_t>& order) const {
  constexpr Index kGenerators = 8;
  std::array<std::uint64_t, XoroshiroBank::kRows * kGenerators> bank{};
  const RealSweep sweep{&*real_, options_.rule, &betas_, &order};
  const Index end = spins.first_row() + spins.rows();
  for (Index tile = spins.first_row() / kRealTile; tile * kRealTile < end; ++tile) {
    seed(streams.with(Purpose::spins), static_cast<std::uint64_t>(kGenerators * tile),
         {bank.data(), kGenerators});
    sweep_real_tile(sweep, tile, bank.data(), spins);
  }
}

}  // namespace nmc
