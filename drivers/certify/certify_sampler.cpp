#include "drivers/certify/certify_sampler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/roles/all_states.hpp"
#include "drivers/certify/chain_classes.hpp"
#include "drivers/certify/configurations.hpp"
#include "drivers/certify/same_bits.hpp"
#include "drivers/certify/start_density.hpp"
#include "drivers/certify/stationarity.hpp"

namespace nmc::certify {
namespace {

constexpr Index kMostStates = 1024;     // of an enumeration
constexpr Index kFewChains = 1 << 14;   // of a step that is not enumerated
constexpr Index kMostChains = 1 << 20;  // until a fault of kTilt is seen
constexpr double kTilt = 0.2, kMostTilt = 1.6;
constexpr double kLooks = 4;           // at the deviates, by then
constexpr Index kMostDrawn = 1 << 12;  // states from which steps are begun
constexpr Index kLeastVisits = 64, kMostVisits = 1 << 20;
constexpr Index kMostVisited = 256;  // states that steps are begun from one by one

bool is_enumerable(const System& system, Index most) {
  const Support support = system.target->support();
  if (support.kind != Support::Kind::spin && support.kind != Support::Kind::label) return false;
  const double bits =
      static_cast<double>(system.target->sites()) * std::log2(static_cast<double>(support.states));
  return bits <= std::log2(static_cast<double>(most));
}

/// One step of all chains, by chunks of the size that the sampler wants.
void take_step(const catalog::SamplerParts& parts, OneStep& step) {
  const Sampler& sampler = *parts.sampler;
  const Index chunk = sampler.traits().preferred_chunk;
  step.after.resize(step.before.rows(), step.before.cols());
  for (Index first = 0; first < step.before.rows(); first += chunk) {
    const Index count = std::min(chunk, step.before.rows() - first);
    const Streams streams = Streams{.seed = 5}.from_chain(first);
    ChainState state;
    state.x = step.before.middleRows(first, count);
    if (parts.latent) state.x = parts.latent->latent(state.x, streams);
    sampler.init(state, streams, count);
    (void)sampler.step(state, streams.at_step(1));
    step.after.middleRows(first, count) = sampler.physical(state, streams.at_step(1));
  }
}

Successors seen_steps(const OneStep& step, Support support) {
  Successors next(static_cast<std::size_t>(count_states(support, step.before.cols())));
  for (Index chain = 0; chain < step.before.rows(); ++chain) {
    const Index to = state_number(step.after, chain, support);
    if (to < 0) continue;
    next[static_cast<std::size_t>(state_number(step.before, chain, support))].push_back(
        static_cast<std::uint32_t>(to));
  }
  for (auto& states : next) {
    std::ranges::sort(states);
    const auto rest = std::unique(states.begin(), states.end());
    states.erase(rest, states.end());
  }
  return next;
}

/// Closed classes beyond one, states outside of it, and a period; without the steps into and out of
/// state 0 there is one class more.
Check class_check(const std::string& subject, const std::string& what, const Successors& next) {
  const auto faults = [](const Successors& steps) {
    const ChainClasses classes = classes_of(steps);
    return static_cast<double>(classes.closed - 1 + classes.transients + classes.period - 1);
  };
  Successors cut = next;
  cut[0] = {0};
  for (std::size_t state = 1; state < cut.size(); ++state) std::erase(cut[state], 0U);
  return {subject, what, faults(next), 0, faults(cut), "a state cut off"};
}

void add_enumerated(const SamplerUnderTest& sampler, const catalog::SamplerParts& parts,
                    const std::string& subject, Checks& checks) {
  const Target& target = *sampler.system.target;
  const Eigen::MatrixXd P = parts.transitions();
  const Column log_p = target.log_density(all_states(target.support(), target.sites()));
  checks.push_back({subject, "pi P = pi, enumerated", stationarity_defect(normalised(log_p), P),
                    1e-12, stationarity_defect(normalised(1.001 * log_p), P), "beta 0.1 % off"});
  checks.push_back(class_check(subject, "one closed class, enumerated", successors(P)));
}

/// With `is_exact` the classes are known already.
void add_sampled(const SamplerUnderTest& sampler, const std::string& subject, bool is_exact,
                 Checks& checks) {
  const catalog::SamplerParts parts = tuned(sampler);
  const Support support = sampler.system.target->support();
  OneStep step;
  Deviates right, wrong;
  const StartDensity start(parts, sampler.system, is_enumerable(sampler.system, kMostDrawn));
  for (Index chains = kFewChains; chains <= kMostChains; chains *= 4) {
    step = start.draw(chains);
    take_step(parts, step);
    step.log_p_after = sampler.system.target->log_density(step.after);
    right = deviates_of(step, support, 0);
    wrong = deviates_of(step, support, kTilt);
    const double bar = bar_of_deviates(kLooks * right.count);
    if (right.largest > bar || wrong.largest > bar) break;
  }
  // A sampler that seldom moves tells faults apart by so much less, and the table says how little.
  double tilt = kTilt;
  while (wrong.largest <= bar_of_deviates(kLooks * right.count) && tilt < kMostTilt)
    wrong = deviates_of(step, support, tilt *= 2);
  checks.push_back({subject, fmt::format("pi P = pi, |z| of {} chains", step.before.rows()),
                    right.largest, bar_of_deviates(kLooks * right.count), wrong.largest,
                    fmt::format("beta {:.0f} % off", 100 * tilt)});
  Batch outside = step.after;
  outside(0, 0) = support == Support::real ? NAN : 0.5 + 4 * std::numbers::pi;
  checks.push_back({subject, "entries outside the support",
                    static_cast<double>(count_outside(support, step.after)), 0,
                    static_cast<double>(count_outside(support, outside)), "one entry"});
  if (is_exact || !is_enumerable(sampler.system, kMostVisited)) return;
  const Index states = count_states(support, sampler.system.target->sites());
  Check classes;
  // A step that is seen is there; one that is rare takes many chains to be seen.
  for (Index chains = kFewChains; chains <= kMostVisits; chains *= 4) {
    OneStep all = start.each_state(std::max<Index>(kLeastVisits, chains / states));
    take_step(parts, all);
    classes = class_check(subject, "one closed class, of steps seen", seen_steps(all, support));
    if (classes.is_passed()) break;
  }
  checks.push_back(classes);
}

}  // namespace

Checks certify_sampler(const SamplerUnderTest& sampler) {
  const std::string subject = "sampler " + sampler.name + " of " + sampler.system.name;
  const catalog::SamplerParts parts = sampler.make();
  Checks checks;
  const bool is_exact = parts.transitions && is_enumerable(sampler.system, kMostStates);
  if (is_exact) add_enumerated(sampler, parts, subject, checks);
  if (parts.sampler->traits().rows_per_chain == 1) add_sampled(sampler, subject, is_exact, checks);
  add_same_bits(sampler, subject, checks);
  return checks;
}

}  // namespace nmc::certify
