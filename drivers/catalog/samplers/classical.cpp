#include "drivers/catalog/samplers/classical.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "drivers/catalog/catalog.hpp"
#include "drivers/catalog/composition.hpp"

namespace nmc::catalog {
namespace {

using Keys = std::vector<std::pair<std::string, std::string>>;

SamplerEntry find_entry(const std::string& name) {
  return named_or_composed(name, "");
}

// Its options at their defaults but for the keys given.
SamplerParts make_parts(const System& system, const std::string& name, const Keys& keys) {
  const SamplerEntry entry = find_entry(name);
  std::vector<OptionSpec> specs{option::text("name", name, "")};
  const auto add = [&](const std::vector<OptionSpec>& more) {
    for (const OptionSpec& spec : more)
      if (std::ranges::find(specs, spec.name, &OptionSpec::name) == specs.end())
        specs.push_back(spec);
  };
  add(entry.options);
  std::vector<GivenOption> given;
  for (const auto& [key, value] : keys) {
    if (key == "inner") add(find_entry(value).options);
    given.push_back({"sampler", key, value, "the program"});
  }
  return entry.make(resolve_section("sampler", given, specs, ""), system, nullptr);
}

/// Steps of warm-up, and from draw to draw.
struct Pace {
  Index warmup, thin;
};

Classical make(const System& system, const std::string& name, const Keys& keys, const Pace& pace) {
  Classical classical{name, make_parts(system, name, keys), 1, pace.warmup, pace.thin};
  classical.rows_per_chain = classical.parts.sampler->traits().rows_per_chain;
  return classical;
}

// A ladder costs its rungs times as much; beyond this many updates of a bond, some ten seconds, the
// spins of a glass are cooled without.
constexpr double kMostUpdates = 1e9;
constexpr Index kLadderWarmup = 200, kRungs = 16;

Classical glass(const System& system, Index chains) {
  const Graph& graph = system.spins->graph();
  const double updates = static_cast<double>(chains * kRungs * kLadderWarmup) *
                         static_cast<double>(std::ssize(graph.bonds) + graph.sites);
  if (system.beta == 0 || !system.at_beta || updates > kMostUpdates)
    return make(system, "heat_bath", {}, {500, 20});
  return make(system, "tempering",
              {{"inner", "heat_bath"}, {"replicas", fmt::format("{}", kRungs)}},
              {kLadderWarmup, 5});
}

}  // namespace

bool is_ferromagnet(const Graph& graph) {
  return graph.plaquettes.empty() && graph.bonds.are_ferromagnetic();
}

// Warm-ups: all clusters at once relax in some five steps at criticality up to L = 128; a field's
// moduli and the steps of HMC are tuned in theirs.
Classical make_classical(const System& system, Index chains) {
  if (system.spins != nullptr)
    return is_ferromagnet(system.spins->graph()) ? make(system, "swendsen_wang", {}, {50, 3})
                                                 : glass(system, chains);
  if (system.labels != nullptr) return make(system, "heat_bath", {}, {500, 20});
  if (system.spin_energies != nullptr) return make(system, "heat_bath", {}, {500, 5});
  if (system.auxiliary != nullptr) {
    const bool has_clusters = is_ferromagnet(system.auxiliary_spins->graph());
    return make(system, "block_gibbs", {{"updates", has_clusters ? "2" : "10"}}, {50, 2});
  }
  if (system.coupled_angles != nullptr)
    return make(system, "[wolff x 1, heat_bath x 2]", {}, {100, 3});
  if (system.angles != nullptr)
    return system.target->is_differentiable() ? make(system, "hmc", {}, {200, 3})
                                              : make(system, "metropolis", {}, {2000, 50});
  if (system.field != nullptr)
    return make(system, "[metropolis x 1, phi4_cluster x 2]", {}, {200, 5});
  // Wide starts reach every mode that lies within a few units of the origin.
  if (system.target->is_differentiable())
    return make(system, "hmc", {{"start_width", "3"}}, {200, 3});
  return make(system, "metropolis", {{"start_width", "3"}}, {2000, 50});
}

std::string classical_words(const System& system) {
  if (system.spins != nullptr)
    return "swendsen_wang of ferromagnets, else tempering over heat_bath (heat_bath where large)";
  if (system.labels != nullptr) return "heat_bath";
  if (system.spin_energies != nullptr) return "heat_bath";
  if (system.auxiliary != nullptr) return "block_gibbs with updates of the spins";
  if (system.coupled_angles != nullptr) return "[wolff x 1, heat_bath x 2]";
  if (system.angles != nullptr) return system.target->is_differentiable() ? "hmc" : "metropolis";
  if (system.field != nullptr) return "[metropolis x 1, phi4_cluster x 2]";
  return system.target->is_differentiable() ? "hmc from wide starts"
                                            : "metropolis from wide starts";
}

std::string local_cure(const System& system) {
  const auto local = [&]() -> std::string {
    if (system.target->support() == Support::spin || system.labels != nullptr ||
        system.coupled_angles != nullptr)
      return "heat_bath";
    if (system.auxiliary != nullptr) return "block_gibbs";
    if (system.field == nullptr && system.target->is_differentiable()) return "hmc";
    return "metropolis";
  };
  return fmt::format("[independence x 1, {} x 4]", local());
}

OptionSpec chain_start_option() {
  return option::choice("start", "classical", {"classical", "network"},
                        "chains begin with the system's classical sampler, or the network's draws");
}

bool starts_classically(const Options& sampler) {
  bool is_classical = true;
  for (const ResolvedOption& option : sampler.all()) {
    const std::string& name = option.spec.name;
    if (name != "start" && !name.ends_with(".start")) continue;
    const bool is_of_network =
        std::ranges::find(option.spec.choices, "classical") != option.spec.choices.end();
    if (is_of_network)
      is_classical = is_classical && option.value == "classical";
    else if (sampler.is_given(name))
      sampler.fail(name, fmt::format("chains of a composition with a network begin as that part "
                                     "says (start = classical or network): leave {} out",
                                     name));
  }
  return is_classical;
}

}  // namespace nmc::catalog
