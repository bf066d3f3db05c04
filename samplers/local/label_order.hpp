#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/random/streams.hpp"
#include "core/spins/graph.hpp"
#include "samplers/local/label_state.hpp"
#include "samplers/local/local_spins.hpp"

namespace nmc {

struct LocalLabelsOptions {
  LocalRule rule = LocalRule::metropolis;
  /// Colours where a graph is known and has few, else sequential.
  std::optional<SiteOrder> order{};
  LabelStart start = LabelStart::random;
};

/// The order in which a sweep visits the sites of labels, the same for all chains.
class LabelOrder {
 public:
  /// `graph` is null where nothing is known of who interacts with whom: UserError for colours then,
  /// and where no two sites have the same colour.
  LabelOrder(Index sites, std::optional<SiteOrder> order, const Graph* graph);
  /// Of the sweep at streams.step; `drawn` is room for a random one.
  [[nodiscard]] const std::vector<std::uint32_t>& at(const Streams& streams,
                                                     std::vector<std::uint32_t>& drawn) const;

 private:
  std::vector<std::uint32_t> fixed_;
  bool is_random_;
};

}  // namespace nmc
