#include "models/training/condition_draws.hpp"

#include <utility>

#include "core/random/streams.hpp"

namespace nmc {

ConditionDraws::ConditionDraws(std::vector<ConditionRange> ranges, std::uint64_t seed)
    : ranges_(std::move(ranges)), seed_(seed) {}

Condition ConditionDraws::at(Index step) const {
  const Streams streams{seed_, static_cast<std::uint64_t>(step), 0, Purpose::temperature};
  const Column u = uniform_column(streams, std::ssize(ranges_));
  Condition here;
  for (std::size_t i = 0; i < ranges_.size(); ++i)
    here.values.push_back(ranges_[i].least +
                          (ranges_[i].most - ranges_[i].least) * u(static_cast<Index>(i)));
  return here;
}

}  // namespace nmc
