#include "drivers/catalog/own/user_sampler.hpp"

#include <fmt/format.h>

#include <utility>

#include "samplers/proposal/move_proposal.hpp"

namespace nmc::catalog {
namespace {

SamplerEntry user_walk(const UserKeys& keys) {
  SamplerEntry entry;
  entry.name = keys.name;
  entry.summary = "a sampler of this program";
  entry.options = keys.options;
  entry.example = fmt::format("[sampler]\nname = {}\nchains = 64\n", keys.name);
  return entry;
}

/// One that takes such a system.
const char* sampler_of(const Target& target) {
  const Support::Kind kind = target.support().kind;
  if (kind == Support::Kind::spin || kind == Support::Kind::label) return "heat_bath";
  return target.is_differentiable() ? "hmc" : "metropolis";
}

SamplerParts move_parts(std::unique_ptr<Move> move, const Options& options, const System& system) {
  const Support support = system.target->support();
  if (!move->suits(support))
    options.fail("name",
                 fmt::format("{} does not move {}, and {} has them: use {}", options.text("name"),
                             in_words(support), system.name, sampler_of(*system.target)));
  const Index wanted = options.integer("proposals");
  const Index attempts = wanted == 0 ? system.target->sites() : wanted;
  SamplerParts parts;
  parts.transitions = [walk = move.get(), target = system.target.get(), attempts] {
    return move_transitions(*walk, *target, attempts);
  };
  parts.sampler = std::make_unique<MetropolisHastings>(
      *system.target,
      std::make_unique<MoveProposal>(
          std::move(move), MoveProposal::Kind{system.target->sites(), support, attempts}));
  return parts;
}

}  // namespace

SamplerEntry user_move(const UserKeys& keys, const MakeFor<Move>& make) {
  SamplerEntry entry = user_walk(keys);
  entry.options.push_back(option::integer("proposals", "0", "[0, 1000000]",
                                          "moves per step; 0: as many as there are sites"));
  entry.make = [make](const Options& options, const System& system, const Trainable*) {
    return move_parts(make(options, system), options, system);
  };
  return entry;
}

SamplerEntry user_proposal(const UserKeys& keys, const MakeFor<Proposal>& make) {
  SamplerEntry entry = user_walk(keys);
  entry.make = [make](const Options& options, const System& system, const Trainable*) {
    SamplerParts parts;
    parts.sampler = std::make_unique<MetropolisHastings>(*system.target, make(options, system));
    return parts;
  };
  return entry;
}

SamplerEntry user_sampler(const UserKeys& keys, const MakeFor<Sampler>& make) {
  SamplerEntry entry = user_walk(keys);
  entry.make = [make](const Options& options, const System& system, const Trainable*) {
    SamplerParts parts;
    parts.sampler = make(options, system);
    require(parts.sampler->sites() == system.target->sites(),
            fmt::format("{} moves {} sites and {} has {}: make it for the System that its "
                        "constructor is given",
                        options.text("name"), parts.sampler->sites(), system.name,
                        system.target->sites()));
    return parts;
  };
  return entry;
}

}  // namespace nmc::catalog
