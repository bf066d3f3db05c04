#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <map>

#include "tests/samplers/local/local_reference.hpp"
#include "tests/samplers/local/plain_decisions.hpp"

namespace nmc::test {

void plain_string_sweep(const Graph& graph, const PlainSweep& sweep, const Streams& streams,
                        Spins& spins) {
  const StringGeometry& g = spins.geometry().strings;
  const BitRule rule(sweep.rule, 2 * g.directions, std::abs(graph.bonds.front().J), sweep.betas);
  std::vector<std::vector<Bond>> bonds(static_cast<std::size_t>(graph.sites));
  for (const Bond& bond : graph.bonds) {
    bonds[static_cast<std::size_t>(bond.i)].push_back(bond);
    bonds[static_cast<std::size_t>(bond.j)].push_back({bond.j, bond.i, bond.J});
  }
  std::vector<Index> site_at(static_cast<std::size_t>(g.strings() * g.bits()));
  for (Index site = 0; site < graph.sites; ++site) {
    const auto [string, bit] = g.place(site);
    site_at[static_cast<std::size_t>(string * g.bits() + bit)] = site;
  }
  for (Index row = 0; row < spins.rows(); ++row) {
    std::vector<Generator> generators;
    for (Index word = 0; word < 8; ++word)
      generators.emplace_back(streams,
                              static_cast<std::uint64_t>(8 * (spins.first_row() + row) + word));
    const auto field = [&](Index site) {
      int h = 0;
      for (const Bond& bond : bonds[static_cast<std::size_t>(site)])
        h += spins.is_up(row, bond.j) == (bond.J > 0) ? 1 : -1;
      return h;
    };
    for (int colour = 0; colour < 2; ++colour)
      for (Index string = 0; string < g.strings(); ++string) {
        if (std::popcount(static_cast<std::uint64_t>(string)) % 2 != colour) continue;
        for (Index word = 0; word < g.words(); ++word) {
          Generator& generator = generators[static_cast<std::size_t>(word % 8)];
          const Words words = draw(generator);
          const std::uint64_t hot = rule.has_hot_rows() ? generator.next() : 0;
          for (int lane = 0; lane < 64 && 64 * word + lane < g.bits(); ++lane) {
            const Index site =
                site_at[static_cast<std::size_t>(string * g.bits() + 64 * word + lane)];
            const auto place = static_cast<std::uint64_t>(string * g.pitch() + word) << 6 |
                               static_cast<std::uint64_t>(lane);
            const std::uint64_t u = number_of(words, lane, generator.key, place);
            const bool up = spins.is_up(row, site);
            const bool after = updated(rule, 0, up, field(site), u);
            spins.set(row, site, cooled(rule, 0, up, after, hot >> lane & 1));
          }
        }
      }
  }
}

namespace {

/// The colour of a site among `colours`: by coordinates of class 0, 1 and, at the last of an odd
/// periodic extent, 2.
int colour_of(Index site, const StringGeometry& g, const std::vector<bool>& periodic) {
  int sum = 0;
  bool has_three = false;
  for (int d = 0; d < g.directions; ++d) {
    const Index extent = g.extents[static_cast<std::size_t>(d)], at = site % extent;
    const bool has_seam = extent % 2 != 0 && periodic[static_cast<std::size_t>(d)];
    has_three = has_three || has_seam;
    sum += has_seam && at + 1 == extent ? 2 : static_cast<int>(at % 2);
    site /= extent;
  }
  return sum % (has_three ? 3 : 2);
}

}  // namespace

void plain_any_string_sweep(const Graph& graph, const PlainSweep& sweep,
                            const std::vector<bool>& periodic, const Streams& streams,
                            Spins& spins) {
  const StringGeometry& g = spins.geometry().strings;
  const double J = std::abs(graph.bonds.front().J);
  const double h = graph.field.empty() ? 0 : graph.field.front();
  const auto strength = static_cast<float>(std::sqrt(h * h + 2 * g.directions * J * J));
  const auto rule = SiteRule::of(sweep.rule, sweep.betas.front(), strength);
  std::vector<std::vector<Bond>> bonds(static_cast<std::size_t>(graph.sites));
  for (const Bond& bond : graph.bonds) {
    bonds[static_cast<std::size_t>(bond.i)].push_back(bond);
    bonds[static_cast<std::size_t>(bond.j)].push_back({bond.j, bond.i, bond.J});
  }
  // By colour, string and group of eight words: the sites by word and lane.
  std::map<std::array<Index, 3>, std::map<std::array<Index, 2>, Index>> passes;
  for (Index site = 0; site < graph.sites; ++site) {
    const auto [string, bit] = g.place(site);
    passes[{colour_of(site, g, periodic), string, bit / 512}][{bit / 64, bit % 64}] = site;
  }
  for (Index row = 0; row < spins.rows(); ++row) {
    std::vector<Generator> generators;
    for (Index word = 0; word < 8; ++word)
      generators.emplace_back(streams,
                              static_cast<std::uint64_t>(8 * (spins.first_row() + row) + word));
    for (const auto& [pass, sites] : passes)
      for (Index word = 8 * pass[2]; word < std::min(8 * pass[2] + 8, g.words()); ++word) {
        Generator& generator = generators[static_cast<std::size_t>(word % 8)];
        const Words words = draw(generator);
        for (Index lane = 0; lane < 64; ++lane) {
          const auto found = sites.find({word, lane});
          if (found == sites.end()) continue;
          const Index site = found->second;
          int sum = 0;
          for (const Bond& bond : bonds[static_cast<std::size_t>(site)])
            sum += spins.is_up(row, bond.j) == (bond.J > 0) ? 1 : -1;
          const auto place = static_cast<std::uint64_t>(pass[1] * g.pitch() + word) << 6 |
                             static_cast<std::uint64_t>(lane);
          const std::uint64_t u = number_of(words, static_cast<int>(lane), generator.key, place);
          const bool up = spins.is_up(row, site);
          const bool is_less = is_below(u, real_probability(rule, J * sum + h, up));
          spins.set(row, site, sweep.rule == LocalRule::heat_bath ? is_less : is_less != up);
        }
      }
  }
}

}  // namespace nmc::test
