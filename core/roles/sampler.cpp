#include "core/roles/sampler.hpp"

#include <cstdint>
#include <utility>

namespace nmc {

StepInfo Sampler::steps(ChainState& state, const Streams& streams, Index count) const {
  StepInfo info = step(state, streams);
  for (Index i = 1; i < count; ++i) {
    StepInfo next = step(state, streams.at_step(streams.step + static_cast<std::uint64_t>(i)));
    next.accepted = next.accepted.max(info.accepted);
    next.diverging = next.diverging.max(info.diverging);
    info = std::move(next);
  }
  return info;
}

}  // namespace nmc
