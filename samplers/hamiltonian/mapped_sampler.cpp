#include "samplers/hamiltonian/mapped_sampler.hpp"

#include <utility>

namespace nmc {

MappedSampler::MappedSampler(std::unique_ptr<const Flow> map, const Target& target,
                             const MakeKernel& make)
    : map_(std::move(map)), target_(target), view_(*map_, target), kernel_(make(view_)) {}

void MappedSampler::init(ChainState& state, const Streams& streams, Index chains) const {
  if (state.x.cols() == 0) {
    ChainState latent;
    kernel_->init(latent, streams, chains);
    state.x = map_->forward(latent.x).y;
  }
  state.log_p = target_.log_density(state.x);
}

StepInfo MappedSampler::step(ChainState& state, const Streams& streams) const {
  ChainState latent;
  latent.x = map_->inverse(state.x).y;
  kernel_->init(latent, streams, state.chains());
  StepInfo info = kernel_->step(latent, streams);
  const Batch moved = map_->forward(latent.x).y;
  const Column log_p = target_.log_density(moved);
  for (Index chain = 0; chain < state.chains(); ++chain) {
    if (info.accepted(chain) == 0) continue;
    state.x.row(chain) = moved.row(chain);
    state.log_p(chain) = log_p(chain);
  }
  return info;
}

void MappedSampler::adapt(const WarmupStep& pooled) {
  WarmupStep latent = pooled;
  if (pooled.x.rows() > 0) latent.x = map_->inverse(pooled.x).y;
  kernel_->tuning()->adapt(latent);
}

}  // namespace nmc
