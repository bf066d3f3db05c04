#include "samplers/composite.hpp"

#include <ctime>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace nmc {

namespace {

/// Of this thread. Wall time would count what else the machine does.
double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

std::vector<std::string> distinct_names(const std::vector<CompositeSampler::Part>& parts) {
  std::vector<std::string> names;
  for (const CompositeSampler::Part& part : parts) {
    const auto same = std::ranges::count(names, part.name);
    names.push_back(same == 0 ? part.name : part.name + "_" + std::to_string(names.size() + 1));
  }
  return names;
}

}  // namespace

CompositeSampler::CompositeSampler(Mode mode, std::vector<Part> parts)
    : mode_(mode), parts_(std::move(parts)) {
  require(!parts_.empty(), "a composed sampler needs at least one part");
  traits_.has_fast_steps = true;
  traits_.preferred_chunk = 1;
  for (const Part& part : parts_) {
    require(part.weight > 0, "the weights of a composed sampler's parts must be positive");
    require(mode == Mode::mixture || part.weight == std::floor(part.weight),
            "the repetitions of a cycle's parts must be whole numbers");
    require(part.sampler->sites() == sites(),
            "the parts of a composed sampler differ in their number of sites");
    runs_per_cycle_ += static_cast<Index>(part.weight);
    const SamplerTraits traits = part.sampler->traits();
    has_fast_steps_.push_back(traits.has_fast_steps);
    traits_.has_fast_steps = traits_.has_fast_steps && traits.has_fast_steps;
    traits_.preferred_chunk = std::max(traits_.preferred_chunk, traits.preferred_chunk);
    traits_.rows_per_chain = std::max(traits_.rows_per_chain, traits.rows_per_chain);
  }
  for (const Part& part : parts_) {
    const Index rows = part.sampler->traits().rows_per_chain;
    require(traits_.rows_per_chain % rows == 0,
            "the parts of a composed sampler need " + std::to_string(traits_.rows_per_chain) +
                " and " + std::to_string(rows) +
                " replicas per chain, and one must be a multiple of the other");
  }
  if (parts_.size() > 1) traits_.part_names = distinct_names(parts_);
  if (mode == Mode::mixture) runs_per_cycle_ = 1;
}

void CompositeSampler::init(ChainState& state, const Streams& streams, Index chains) const {
  const auto starter = std::ranges::find_if(parts_, [](const Part& p) { return p.starts; });
  (starter == parts_.end() ? parts_.front() : *starter).sampler->init(state, streams, chains);
  if (!keeps_log_q()) return drop_own_caches(state);
  if (&*starter != &parts_.back()) parts_.back().sampler->init(state, streams, chains);
}

bool CompositeSampler::keeps_log_q() const {
  return parts_.back().starts && (mode_ == Mode::cycle || parts_.size() == 1);
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

void CompositeSampler::run(const Runs& runs, ChainState& state, const Streams& streams,
                           StepInfo& info) const {
  const Sampler& sampler = *parts_[runs.part].sampler;
  const double began = cpu_seconds();
  drop_own_caches(state);
  // Fast samplers need no cache but log_p, which all keep, and bring spins into their layout.
  if (parts_.size() > 1 && !has_fast_steps_[runs.part])
    sampler.init(state, streams, state.chains());
  state.energy.resize(0);
  const StepInfo here = sampler.steps(state, streams, runs.count);
  if (!keeps_log_q() || runs.part + 1 < parts_.size()) drop_own_caches(state);
  auto acceptance = info.part_acceptance.col(static_cast<Index>(runs.part));
  // What a part is tuned by, where that is not its acceptance.
  if (here.part_acceptance.cols() == 1)
    acceptance = here.part_acceptance.col(0);
  else
    acceptance = here.acceptance;
  const double share = static_cast<double>(runs.count) / static_cast<double>(runs_per_cycle_);
  info.accepted = info.accepted.max(here.accepted);
  info.diverging = info.diverging.max(here.diverging);
  info.acceptance += share * here.acceptance;
  info.step_size = std::max(info.step_size, here.step_size);
  info.n_steps += runs.count * here.n_steps;
  info.part_costs[runs.part].runs += runs.count;
  info.part_costs[runs.part].cpu_seconds += cpu_seconds() - began;
}

StepInfo CompositeSampler::step(ChainState& state, const Streams& streams) const {
  const Index chains = state.chains();
  StepInfo info{Column::Zero(chains), Column::Zero(chains), Column::Zero(chains), 0, 0, {}};
  info.part_acceptance = Batch::Constant(chains, static_cast<Index>(parts_.size()),
                                         std::numeric_limits<double>::quiet_NaN());
  info.part_costs.resize(parts_.size());
  if (mode_ == Mode::mixture) {
    run({drawn_part(streams), 1}, state, streams, info);
    return info;
  }
  // Steps of their own keep the random numbers of the parts apart.
  std::uint64_t step = streams.step * static_cast<std::uint64_t>(runs_per_cycle_);
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    const auto count = static_cast<Index>(parts_[part].weight);
    run({part, count}, state, streams.at_step(step), info);
    step += static_cast<std::uint64_t>(count);
  }
  return info;
}

StepInfo CompositeSampler::steps(ChainState& state, const Streams& streams, Index count) const {
  StepInfo info;
  std::vector<PartCost> costs(parts_.size());
  for (Index i = 0; i < count; ++i) {
    info = step(state, streams.at_step(streams.step + static_cast<std::uint64_t>(i)));
    for (std::size_t part = 0; part < costs.size(); ++part) {
      costs[part].runs += info.part_costs[part].runs;
      costs[part].cpu_seconds += info.part_costs[part].cpu_seconds;
    }
  }
  info.part_costs = std::move(costs);
  return info;
}

std::vector<Tuning*> CompositeSampler::tunings() const {
  std::vector<Tuning*> all;
  for (const Part& part : parts_) all.push_back(part.sampler->tuning());
  return all;
}

bool CompositeSampler::is_frozen() const {
  return std::ranges::none_of(tunings(), is_tuned);
}

bool CompositeSampler::wants_configurations(Index step, Index warmup) const {
  return std::ranges::any_of(
      tunings(), [&](const Tuning* of) { return nmc::wants_configurations(of, step, warmup); });
}

void CompositeSampler::adapt(const WarmupStep& pooled) {
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    Tuning* const tuning = parts_[part].sampler->tuning();
    if (!is_tuned(tuning)) continue;
    const Column acceptance = pooled.acceptance.segment(static_cast<Index>(part), 1);
    tuning->adapt({pooled.step, pooled.warmup, acceptance, pooled.x});
  }
}

std::vector<double> CompositeSampler::numbers() const {
  return joined_numbers(tunings());
}

void CompositeSampler::set_numbers(std::span<const double> numbers) {
  set_joined_numbers(tunings(), numbers, "composed sampler");
}

Batch CompositeSampler::physical(const ChainState& state, const Streams& streams) const {
  return parts_.front().sampler->physical(state, streams);
}

}  // namespace nmc
