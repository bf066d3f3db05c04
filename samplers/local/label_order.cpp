#include "samplers/local/label_order.hpp"

#include <algorithm>
#include <numeric>

#include "core/errors.hpp"
#include "core/random/xoshiro.hpp"

namespace nmc {

LabelOrder::LabelOrder(Index sites, std::optional<SiteOrder> order, const Graph* graph)
    : fixed_(static_cast<std::size_t>(sites)), is_random_(order == SiteOrder::random) {
  std::iota(fixed_.begin(), fixed_.end(), 0U);
  const bool wants_colours = order == SiteOrder::colours;
  require(graph != nullptr || !wants_colours,
          "order = colours needs to know which sites interact, and this system gives its energies "
          "alone; use order = sequential or random");
  if (graph == nullptr || is_random_ || order == SiteOrder::sequential) return;
  const std::vector<int> colours = colouring(*graph);
  const bool is_complete = sites >= 3 && 1 + *std::ranges::max_element(colours) == sites;
  require(!is_complete || !wants_colours,
          "order = colours needs sites that do not interact, and on a complete graph there are "
          "none; use order = sequential or random");
  std::ranges::stable_sort(fixed_, {}, [&](std::uint32_t site) { return colours[site]; });
}

const std::vector<std::uint32_t>& LabelOrder::at(const Streams& streams,
                                                 std::vector<std::uint32_t>& drawn) const {
  if (!is_random_) return fixed_;
  constexpr std::uint32_t kNoChain = 0xFFFFFFFFU;  // no chain's own numbers
  Streams shared = streams.with(Purpose::order);
  shared.first_chain = kNoChain;
  Xoshiro random(shared, 0);
  drawn.resize(fixed_.size());
  for (auto& site : drawn) site = static_cast<std::uint32_t>(random.below(fixed_.size()));
  return drawn;
}

}  // namespace nmc
