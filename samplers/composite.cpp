#include "samplers/composite.hpp"

#include <cmath>
#include <limits>
#include <utility>

namespace nmc {

CompositeSampler::CompositeSampler(Mode mode, std::vector<Part> parts)
    : mode_(mode), parts_(std::move(parts)) {
  require(!parts_.empty(), "a composed sampler needs at least one part");
  for (const Part& part : parts_) {
    require(part.weight > 0, "the weights of a composed sampler's parts must be positive");
    require(mode == Mode::mixture || part.weight == std::floor(part.weight),
            "the repetitions of a cycle's parts must be whole numbers");
    require(part.sampler->sites() == sites(),
            "the parts of a composed sampler differ in their number of sites");
    runs_per_cycle_ += static_cast<Index>(part.weight);
  }
  if (mode == Mode::mixture) runs_per_cycle_ = 1;
}

void CompositeSampler::init(ChainState& state, const Streams& streams, Index chains) const {
  parts_.front().sampler->init(state, streams, chains);
  drop_own_caches(state);
}

void CompositeSampler::drop_own_caches(ChainState& state) const {
  if (parts_.size() == 1) return;
  state.grad.resize(0, 0);
  state.log_q.resize(0);
}

std::size_t CompositeSampler::drawn_part(const Streams& streams) const {
  double total = 0;
  for (const Part& part : parts_) total += part.weight;
  Streams shared = streams.with(Purpose::propose);
  shared.first_chain = 0xFFFFFFFFU;  // no chain's own numbers: one choice for all of them
  double left = uniform_column(shared, 1)(0) * total;
  for (std::size_t part = 0; part + 1 < parts_.size(); ++part) {
    left -= parts_[part].weight;
    if (left < 0) return part;
  }
  return parts_.size() - 1;
}

void CompositeSampler::run_part(std::size_t part, ChainState& state, const Streams& streams,
                                StepInfo& info) const {
  const Sampler& sampler = *parts_[part].sampler;
  if (parts_.size() > 1) sampler.init(state, streams, state.chains());
  const StepInfo here = sampler.step(state, streams);
  drop_own_caches(state);
  const double runs = mode_ == Mode::cycle ? parts_[part].weight : 1;
  auto acceptance = info.part_acceptance.col(static_cast<Index>(part));
  if (std::isnan(acceptance(0))) acceptance.setZero();
  acceptance += here.acceptance / runs;
  info.accepted = info.accepted.max(here.accepted);
  info.diverging = info.diverging.max(here.diverging);
  info.acceptance += here.acceptance / static_cast<double>(runs_per_cycle_);
  info.step_size = std::max(info.step_size, here.step_size);
  info.n_steps += here.n_steps;
}

StepInfo CompositeSampler::step(ChainState& state, const Streams& streams) const {
  const Index chains = state.chains();
  StepInfo info;
  info.acceptance = Column::Zero(chains);
  info.accepted = Column::Zero(chains);
  info.diverging = Column::Zero(chains);
  info.part_acceptance = Batch::Constant(chains, static_cast<Index>(parts_.size()),
                                         std::numeric_limits<double>::quiet_NaN());
  if (mode_ == Mode::mixture) {
    run_part(drawn_part(streams), state, streams, info);
    return info;
  }
  // Steps of their own keep the random numbers of the parts apart.
  std::uint64_t step = streams.step * static_cast<std::uint64_t>(runs_per_cycle_);
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    for (Index run = 0; run < static_cast<Index>(parts_[part].weight); ++run, ++step) {
      run_part(part, state, streams.at_step(step), info);
    }
  }
  return info;
}

bool CompositeSampler::wants_adaptation() const {
  bool wants = false;
  for (const Part& part : parts_) wants = wants || part.sampler->wants_adaptation();
  return wants;
}

bool CompositeSampler::wants_configurations(Index step, Index warmup) const {
  bool wants = false;
  for (const Part& part : parts_) wants = wants || part.sampler->wants_configurations(step, warmup);
  return wants;
}

void CompositeSampler::adapt(const WarmupStep& pooled) {
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    Sampler& sampler = *parts_[part].sampler;
    if (!sampler.wants_adaptation()) continue;
    const Column acceptance = pooled.acceptance.segment(static_cast<Index>(part), 1);
    sampler.adapt({pooled.step, pooled.warmup, acceptance, pooled.x});
  }
}

std::vector<double> CompositeSampler::tuning() const {
  std::vector<double> all;
  for (const Part& part : parts_) {
    const std::vector<double> tuning = part.sampler->tuning();
    all.push_back(static_cast<double>(tuning.size()));
    all.insert(all.end(), tuning.begin(), tuning.end());
  }
  return all;
}

void CompositeSampler::set_tuning(std::span<const double> tuning) {
  for (const Part& part : parts_) {
    require(!tuning.empty() && static_cast<std::size_t>(tuning[0]) < tuning.size(),
            "the stored tuning does not belong to this composed sampler");
    const auto size = static_cast<std::size_t>(tuning[0]);
    part.sampler->set_tuning(tuning.subspan(1, size));
    tuning = tuning.subspan(1 + size);
  }
}

Batch CompositeSampler::physical(const ChainState& state, const Streams& streams) const {
  return parts_.front().sampler->physical(state, streams);
}

}  // namespace nmc
