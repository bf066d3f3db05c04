#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "drivers/catalog/read/read_order.hpp"
#include "drivers/catalog/samplers/learned_samplers.hpp"
#include "samplers/learned/policy_flips.hpp"

namespace nmc::catalog {
namespace {

std::string policy_in_words(const FlipPolicy& policy) {
  const FlipPolicy::Features& theta = policy.theta();
  return fmt::format("theta {:.4g}, {:.4g}, {:.4g}, {:.4g} of the policy", theta[0], theta[1],
                     theta[2], theta[3]);
}

SamplerParts make_policy_flips(const Options& options, const System& system, const Trainable*) {
  if (system.spins == nullptr)
    options.fail("name", fmt::format("policy_flips looks at the fields of spins whose couplings "
                                     "are known one by one, and {} is none of them: use {}",
                                     system.name, local_samplers(system)));
  PolicyOptions policy;
  policy.flips = options.integer("flips");
  policy.moves = options.integer("moves");
  policy.learning_rate = options.real("learning_rate");
  policy.updates = options.integer("updates");
  if (options.text("start") == "up") policy.start = SpinStart::up;
  if (!options.text("theta").empty()) {
    const std::vector<double> given = options.reals("theta");
    if (given.size() != FlipPolicy::kFeatures)
      options.fail("theta", fmt::format("theta has {} numbers, and a policy {}", given.size(),
                                        FlipPolicy::kFeatures));
    policy.theta.emplace();
    std::ranges::copy(given, policy.theta->begin());
    for (const char* key : {"learning_rate", "updates"})
      if (options.is_given(key))
        options.fail(key, fmt::format("{} is of a policy that learns, and theta gives one: leave "
                                      "one of them out",
                                      key));
  }
  try {
    auto sampler = std::make_unique<PolicyFlips>(*system.spins, policy);
    SamplerParts parts;
    if (!policy.theta)
      parts.fitted = [walk = sampler.get()] { return policy_in_words(walk->policy()); };
    parts.sampler = std::move(sampler);
    return parts;
  } catch (const UserError& error) {
    options.fail("flips", error.what());
  }
}

}  // namespace

SamplerEntry policy_flips_entry() {
  SamplerEntry entry;
  entry.name = "policy_flips";
  entry.summary =
      "flips that a policy of the local fields chooses, learned in warm-up, exact by the way back";
  entry.options = {
      option::integer("flips", "1", "[1, 1e6]", "of one proposal at most, one after the other"),
      option::integer("moves", "0", "[0, 1e9]", "proposals per step; 0: as many as turn N spins"),
      option::reals("theta", "", "", "numbers of a policy that is kept as it is; none: it learns"),
      option::real("learning_rate", "0.05", "(0, 1]", "of Adam, at its start"),
      option::integer("updates", "4", "[1, 1000000]", "of the policy after every learning step"),
      option::choice("start", "random", {"random", "up"}, "spins at the start")};
  entry.example = "[sampler]\nname = policy_flips\nchains = 64\n";
  entry.make = make_policy_flips;
  return entry;
}

}  // namespace nmc::catalog
