#include "tests/samplers/local/local_reference.hpp"

#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "tests/samplers/local/plain_decisions.hpp"

namespace nmc::test {
namespace {

int field_sum(const BitGraph& bits, const Spins& spins, Index row, Index site) {
  int h = 0;
  for (Index n = bits.first[static_cast<std::size_t>(site)];
       n < bits.first[static_cast<std::size_t>(site + 1)]; ++n) {
    const auto k = static_cast<std::size_t>(n);
    const int s = spins.is_up(row, bits.neighbour[k]) ? 1 : -1;
    h += bits.sign[k] != 0 ? -s : s;
  }
  return h;
}

/// The rows of a group at a site, by the next numbers of the generator.
void update_group(const BitGraph& bits, const PlainSweep& sweep, Generator& generator,
                  std::uint32_t site, Index group, Spins& spins) {
  const BitRule rule(sweep.rule, bits.degree(site), bits.J, sweep.betas);
  const Words words = draw(generator);
  const std::uint64_t hot = rule.has_hot_rows() ? generator.next() : 0;
  for (int lane = 0; lane < 64; ++lane) {
    const Index row = 64 * group + lane - spins.first_bit();
    if (row < 0 || row >= spins.rows()) continue;
    const std::uint64_t place = std::uint64_t{site} << 6 | static_cast<std::uint64_t>(lane);
    const std::uint64_t u = number_of(words, lane, generator.key, place);
    const bool up = spins.is_up(row, site);
    const int h = field_sum(bits, spins, row, site);
    const Index global = spins.first_row() + row;
    const bool after = updated(rule, global, up, h, u);
    spins.set(row, site, cooled(rule, global, up, after, hot >> lane & 1));
  }
}

}  // namespace

void plain_lane_sweep(const Graph& graph, const PlainSweep& sweep,
                      const std::vector<std::uint32_t>& order, const Streams& streams,
                      Spins& spins) {
  const BitGraph bits = BitGraph::of(graph);
  for (Index group = 0; group < spins.groups(); ++group) {
    Generator generator(streams, static_cast<std::uint64_t>(spins.first_row() / 64 + group));
    for (const std::uint32_t site : order) update_group(bits, sweep, generator, site, group, spins);
  }
}

void plain_site_sweep(const Graph& graph, const PlainSweep& sweep, const Streams& streams,
                      Index whole, Spins& spins) {
  const BitGraph bits = BitGraph::of(graph);
  const std::vector<int> colours = colouring(graph);
  std::map<std::pair<int, int>, std::vector<std::uint32_t>> runs;
  for (std::uint32_t site = 0; site < colours.size(); ++site)
    runs[{colours[site], bits.degree(site)}].push_back(site);
  for (Index group = 0; group < spins.groups(); ++group) {
    const Index global = spins.first_row() / 64 + group;
    if (global < whole) continue;
    std::vector<Generator> generators;
    for (Index k = 0; k < 8; ++k)
      generators.emplace_back(streams, static_cast<std::uint64_t>(8 * global + k));
    for (const auto& [kind, sites] : runs) {
      std::size_t place = 0;
      for (const std::uint32_t site : sites)
        update_group(bits, sweep, generators[place++ % 8], site, group, spins);
      for (; place % 8 != 0; ++place) {  // what fills the last vector draws, too
        (void)draw(generators[place % 8]);
        const BitRule rule(sweep.rule, kind.second, bits.J, sweep.betas);
        if (rule.has_hot_rows()) (void)generators[place % 8].next();
      }
    }
  }
}

void plain_strip_sweep(const Graph& graph, const PlainSweep& sweep, const Streams& streams,
                       Spins& spins) {
  const BitGraph bits = BitGraph::of(graph);
  const BitRule rule(sweep.rule, 4, 1, sweep.betas);
  const Index extent = graph.torus[0], width = spins.geometry().strips.block_x;
  const Index height = spins.geometry().strips.block_y;
  for (Index row = 0; row < spins.rows(); ++row) {
    std::vector<Generator> generators;
    for (Index word = 0; word < 8; ++word)
      generators.emplace_back(streams,
                              static_cast<std::uint64_t>(8 * (spins.first_row() + row) + word));
    for (Index colour = 0; colour < 2; ++colour)
      for (Index y = 0; y < height; ++y)
        for (Index x = (colour + y) % 2; x < width; x += 2)
          for (Index word = 0; word < 8; ++word) {
            Generator& generator = generators[static_cast<std::size_t>(word)];
            const Words words = draw(generator);
            const std::uint64_t hot = rule.has_hot_rows() ? generator.next() : 0;
            for (int lane = 0; lane < 64; ++lane) {
              const Index site = (word * height + y) * extent + lane * width + x;
              const auto place =
                  static_cast<std::uint64_t>(y * width + x) << 6 | static_cast<std::uint64_t>(lane);
              const std::uint64_t u = number_of(words, lane, generator.key, place);
              const bool up = spins.is_up(row, site);
              const bool after = updated(rule, 0, up, field_sum(bits, spins, row, site), u);
              spins.set(row, site, cooled(rule, 0, up, after, hot >> lane & 1));
            }
          }
  }
}

void plain_real_sweep(const Graph& graph, const PlainSweep& sweep,
                      const std::vector<std::uint32_t>& order, const Streams& streams,
                      Spins& spins) {
  const RealGraph real = RealGraph::of(graph);
  const Index end = spins.first_row() + spins.rows();
  for (Index tile = spins.first_row() / kRealTile; tile * kRealTile < end; ++tile) {
    std::vector<Generator> generators;
    for (Index k = 0; k < 8; ++k)
      generators.emplace_back(streams, static_cast<std::uint64_t>(8 * tile + k));
    for (const std::uint32_t site : order) {
      std::array<std::uint64_t, 8> words{};
      for (std::size_t k = 0; k < 8; ++k) words[k] = generators[k].next();
      for (Index i = 0; i < kRealTile; ++i) {
        const Index row = tile * kRealTile + i - spins.first_row();
        if (row < 0 || row >= spins.rows()) continue;
        const int lane = static_cast<int>(tile % 4 * kRealTile + i);
        const std::uint64_t place = std::uint64_t{site} << 6 | static_cast<std::uint64_t>(lane);
        const std::uint64_t high = words[static_cast<std::size_t>(i / 2)] >> (32 * (i % 2));
        const std::uint64_t u = high << 32 | (further_bits(generators[0].key, place) & 0xFFFFFFFFU);
        const double beta = sweep.betas[static_cast<std::size_t>((spins.first_row() + row) %
                                                                 std::ssize(sweep.betas))];
        const Index group = tile / 4 - spins.first_row() / 64;
        const bool up = spins.is_up(row, site);
        const auto rule = SiteRule::of(sweep.rule, beta, real.strength[site]);
        const double p = real_probability(rule, real.field(spins, site, group, lane), up);
        const bool is_less = is_below(u, p);
        spins.set(row, site, sweep.rule == LocalRule::heat_bath ? is_less : is_less != up);
      }
    }
  }
}

}  // namespace nmc::test
