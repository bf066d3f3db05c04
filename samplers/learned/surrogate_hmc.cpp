#include "samplers/learned/surrogate_hmc.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "samplers/accept.hpp"
#include "samplers/proposal/random_walk.hpp"

namespace nmc {
namespace {

constexpr Index kLeastToFit = 8;  // two of every quarter

std::unique_ptr<MetropolisHastings> first_sampler(const Target& target, const HmcOptions& hmc) {
  if (target.is_differentiable())
    return std::make_unique<MetropolisHastings>(hmc_sampler(target, hmc));
  RandomWalkOptions walk;
  walk.start_width = hmc.start_width;
  walk.proposals = hmc.n_steps;  // what a trajectory would cost
  return std::make_unique<MetropolisHastings>(random_walk_sampler(target, walk));
}

/// Where the quarters of a warm-up end.
struct Quarters {
  Index first, second, third;
};
Quarters quarters_of(Index warmup) {
  return {warmup / 4, warmup / 2, warmup - warmup / 4};
}

}  // namespace

SurrogateHmc::SurrogateHmc(const Target& target, MonomialClasses classes,
                           const SurrogateHmcOptions& options)
    : target_(target), surrogate_(target.sites(), std::move(classes)), fit_(surrogate_.size()) {
  require_real(target, "surrogate_hmc");
  first_ = first_sampler(target, options.hmc);
  auto trajectories = std::make_unique<SurrogateTrajectories>(
      surrogate_, options.hmc, options.trajectories, options.is_delayed);
  trajectories_ = trajectories.get();
  sampler_ = std::make_unique<MetropolisHastings>(target, std::move(trajectories));
}

void SurrogateHmc::init(ChainState& state, const Streams& streams, Index chains) const {
  sampler_->init(state, streams, chains);
}

SamplerTraits SurrogateHmc::traits() const {
  SamplerTraits traits = sampler_->traits();
  traits.preferred_chunk = std::max(traits.preferred_chunk, target_.preferred_chunk());
  return traits;
}

StepInfo SurrogateHmc::surrogate_step(ChainState& state, const Streams& streams) const {
  SurrogateTrajectories::FirstStage first = trajectories_->first_stage(state, streams);
  const MetropolisHastings::Decision decision =
      sampler_->decide(state, std::move(first.move), streams);
  const ProposalTraits traits = trajectories_->traits();
  StepInfo info{first.acceptance * decision.probability,
                decision.accepted,
                decision.is_diverging,
                traits.step_size,
                traits.n_steps,
                {}};
  if (phase_ != Phase::frozen) info.part_acceptance = first.acceptance;  // tuned by this alone
  return info;
}

StepInfo SurrogateHmc::step(ChainState& state, const Streams& streams) const {
  if (phase_ == Phase::surrogate || phase_ == Phase::frozen) return surrogate_step(state, streams);
  const Streams own = streams.nested().nested();  // the surrogate's own are nested once
  if (target_.is_differentiable() && state.grad.size() == 0)
    first_->init(state, own, state.x.rows());
  StepInfo info = first_->step(state, own);
  if (phase_ == Phase::both) {
    state.grad.resize(0, 0);
    return surrogate_step(state, streams);
  }
  return info;
}

bool SurrogateHmc::wants_configurations(Index step, Index warmup) const {
  const auto [first, second, third] = quarters_of(warmup);
  if (step == 0 || (first <= step && step < third)) return true;  // their number at first
  if (step < first) return nmc::wants_configurations(first_->tuning(), step, second);
  return nmc::wants_configurations(trajectories_->tuning(), step - second, warmup - second);
}

void SurrogateHmc::fit() {
  surrogate_.set_coefficients(fit_.coefficients());
  misfit_ = fit_.misfit(surrogate_.coefficients());
  fit_ = PolynomialFit(surrogate_.size());
}

void SurrogateHmc::collect(const WarmupStep& pooled) {
  const auto [first, second, third] = quarters_of(pooled.warmup);
  fit_.add(surrogate_.sums(pooled.x), target_.log_density(pooled.x));
  if (pooled.step + 1 != second && pooled.step + 1 != third) return;
  fit();
  phase_ = pooled.step + 1 == second ? Phase::both : Phase::surrogate;
}

void SurrogateHmc::adapt(const WarmupStep& pooled) {
  require(!is_frozen(), "a surrogate is fitted in warm-up alone, and this one is frozen");
  require(pooled.warmup >= kLeastToFit, "a surrogate needs " + std::to_string(kLeastToFit) +
                                            " steps of warm-up at least, and run.warmup is " +
                                            std::to_string(pooled.warmup));
  const auto [first, second, third] = quarters_of(pooled.warmup);
  if (pooled.step == 0) fit_.check_rows((second - first) * pooled.x.rows());
  if (pooled.step < second && is_tuned(first_->tuning()))
    first_->tuning()->adapt({pooled.step, second, pooled.acceptance, pooled.x});
  if (pooled.step >= second && is_tuned(trajectories_->tuning()))
    trajectories_->tuning()->adapt(
        {pooled.step - second, pooled.warmup - second, pooled.acceptance, pooled.x});
  if (first <= pooled.step && pooled.step < third) collect(pooled);
  if (pooled.step + 1 == pooled.warmup) phase_ = Phase::frozen;
}

std::vector<double> SurrogateHmc::numbers() const {
  std::vector<double> all{static_cast<double>(phase_), misfit_};
  const std::vector<double>& c = surrogate_.coefficients();
  all.insert(all.end(), c.begin(), c.end());
  for (const std::vector<double>& part :
       {fit_.numbers(), joined_numbers({first_->tuning(), trajectories_->tuning()})})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

void SurrogateHmc::set_numbers(std::span<const double> numbers) {
  const auto count = static_cast<std::size_t>(surrogate_.size());
  require(numbers.size() > 2 + count + fit_.size(),
          "the stored tuning belongs to another surrogate than this surrogate_hmc");
  phase_ = static_cast<Phase>(static_cast<int>(numbers[0]));
  misfit_ = numbers[1];
  surrogate_.set_coefficients(numbers.subspan(2, count));
  fit_.set_numbers(numbers.subspan(2 + count, fit_.size()));
  set_joined_numbers({first_->tuning(), trajectories_->tuning()},
                     numbers.subspan(2 + count + fit_.size()), "surrogate_hmc");
}

}  // namespace nmc
