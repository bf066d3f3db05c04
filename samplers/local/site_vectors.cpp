#include "samplers/local/site_vectors.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace nmc {
namespace {

using Link = SiteVectors::Link;
constexpr Index kSites = SiteVectors::kSites;

struct Places {
  const BitGraph& graph;
  const std::vector<std::uint32_t>& site;   ///< at each place
  const std::vector<std::uint32_t>& place;  ///< of each site
};
/// Bond k of the sites at places first, first + 1, …; those of no site go on as the last one did.
Link link_of(const Places& of, Index first, int k) {
  const auto& [graph, sites, place] = of;
  Link link{};
  link.is_consecutive = true;
  for (Index i = 0; i < kSites; ++i) {
    const std::uint32_t site = sites[static_cast<std::size_t>(first + i)];
    if (site == SiteVectors::kNone) {
      link.place[i] = link.place[i - 1] + 1;
      continue;
    }
    const auto n = static_cast<std::size_t>(graph.first[site] + k);
    link.place[i] = place[graph.neighbour[n]];
    link.signs |= static_cast<std::uint8_t>((graph.sign[n] & 1) << i);
    if (link.place[i] != link.place[0] + i) link.is_consecutive = false;
  }
  return link;
}

}  // namespace

SiteVectors SiteVectors::of(const BitGraph& graph, const std::vector<int>& colours) {
  std::vector<std::uint32_t> order(colours.size()), place(colours.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto kind = [&](std::uint32_t i) { return std::tuple(colours[i], graph.degree(i)); };
  std::ranges::stable_sort(order, {}, kind);
  SiteVectors all;
  for (auto begin = order.begin(); begin != order.end();) {
    const auto end =
        std::find_if(begin, order.end(), [&](std::uint32_t i) { return kind(i) != kind(*begin); });
    const Index vectors = (end - begin + kSites - 1) / kSites;
    all.runs.push_back({all.places(), vectors, graph.degree(*begin), 0});
    for (; begin != end; ++begin) {
      place[*begin] = static_cast<std::uint32_t>(all.places());
      all.site.push_back(*begin);
    }
    all.site.resize(static_cast<std::size_t>(all.runs.back().first + vectors * kSites), kNone);
  }
  for (Run& run : all.runs) {
    run.links = std::ssize(all.links);
    for (Index v = 0; v < run.vectors; ++v)
      for (int k = 0; k < run.degree; ++k)
        all.links.push_back(link_of({graph, all.site, place}, run.first + v * kSites, k));
  }
  all.is_signed = std::ranges::any_of(all.links, [](const Link& link) { return link.signs != 0; });
  return all;
}

}  // namespace nmc
