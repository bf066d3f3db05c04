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

}  // namespace

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
    rows_per_chain_ = std::max(rows_per_chain_, part.sampler->rows_per_chain());
  }
  for (const Part& part : parts_)
    require(rows_per_chain_ % part.sampler->rows_per_chain() == 0,
            "the parts of a composed sampler need " + std::to_string(rows_per_chain_) + " and " +
                std::to_string(part.sampler->rows_per_chain()) +
                " replicas per chain, and one must be a multiple of the other");
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
  if (parts_.size() > 1 && !sampler.has_fast_steps()) sampler.init(state, streams, state.chains());
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

bool CompositeSampler::has_fast_steps() const {
  return std::ranges::all_of(parts_,
                             [](const Part& part) { return part.sampler->has_fast_steps(); });
}

Index CompositeSampler::preferred_chunk() const {
  Index most = 1;
  for (const Part& part : parts_) most = std::max(most, part.sampler->preferred_chunk());
  return most;
}

std::vector<std::string> CompositeSampler::part_names() const {
  std::vector<std::string> names;
  for (const Part& part : parts_) {
    const auto same = std::ranges::count(names, part.name);
    names.push_back(same == 0 ? part.name : part.name + "_" + std::to_string(names.size() + 1));
  }
  return parts_.size() > 1 ? names : std::vector<std::string>{};
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
