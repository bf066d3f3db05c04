#include "drivers/certify/certify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "core/errors.hpp"
#include "core/options/did_you_mean.hpp"
#include "core/roles/tuning.hpp"
#include "drivers/catalog/composition.hpp"
#include "drivers/certify/certify_model.hpp"
#include "drivers/certify/certify_sampler.hpp"
#include "drivers/certify/certify_system.hpp"
#include "drivers/certify/short_training.hpp"
#include "drivers/certify/small_system.hpp"
#include "drivers/job/resolve_named.hpp"

namespace nmc::certify {
namespace {

using catalog::ModelEntry;
using catalog::SamplerEntry;
using catalog::SystemEntry;

template <class Table>
const auto* entry_in(const Table& table, const std::string& name) {
  const auto found = std::ranges::find(table, name, [](const auto& entry) { return entry.name; });
  return found == table.end() ? nullptr : &*found;
}

/// Where a sampler, a network or an observable is held up: a small system, and a network on it.
struct Stage {
  SmallSystem small;
  const ModelEntry* model_entry = nullptr;
  std::unique_ptr<Trainable> model{};
};

std::unique_ptr<Trainable> make_model(const ModelEntry& entry, const Request& request,
                                      const System& system) {
  std::vector<GivenOption> values = section_with(request.given, "model", entry.name);
  const bool has_precision = entry_in(entry.options, "precision") != nullptr;
  if (has_precision && given_value(values, "model", "precision").empty())
    values.push_back({"model", "precision", "double", "nmc certify"});
  return entry.make(drivers::resolve_named("model", values, entry), system, 1);
}

SamplerUnderTest under_test(const SamplerEntry& entry, const Request& request, const Stage& stage) {
  const Options options =
      drivers::resolve_named("sampler", section_with(request.given, "sampler", entry.name), entry);
  return {entry.name, stage.small.system,
          [&entry, options, &system = stage.small.system, model = stage.model.get()] {
            return entry.make(options, system, model);
          }};
}

/// Whether it can be made there; else UserError says why not.
void try_sampler(const SamplerEntry& entry, const Request& request, const Stage& stage) {
  require(!entry.needs_model || stage.model != nullptr,
          fmt::format("{} needs a network: give --model.name=…", entry.name));
  require(!entry.has_inner,
          fmt::format("{} runs a sampler of its own: certify that one", entry.name));
  (void)under_test(entry, request, stage).make();
}

void append(Checks more, Checks& checks) {
  for (Check& check : more) checks.push_back(std::move(check));
}

Checks of_model(const Stage& stage) {
  std::map<std::string, std::string> target;
  for (const ResolvedOption& option : stage.small.options.all())
    if (!option.value.empty()) target[option.spec.name] = option.value;
  return certify_model({stage.model_entry->name, target, stage.small.system}, *stage.model);
}

/// Where steps are drawn and not enumerated: few of them are seen of a network that knows nothing.
void train_for_sampler(const Stage& stage) {
  const Support::Kind kind = stage.model->support().kind;
  if (kind == Support::Kind::real || kind == Support::Kind::angle)
    train_shortly(*stage.small.system.target, *stage.model);
}

Stage stage_of(const SystemEntry& entry, const Request& request) {
  Stage stage{small_system(entry, request.given)};
  const std::string model = given_value(request.given, "model", "name");
  if (model.empty()) return stage;
  stage.model_entry = &catalog::find_model(model, "");
  stage.model = make_model(*stage.model_entry, request, stage.small.system);
  return stage;
}

/// The first system, [system] name where it is given, of which `use` makes something.
template <class Use>
Stage first_stage(const Request& request, const Use& use) {
  const std::string name = given_value(request.given, "system", "name");
  std::vector<const SystemEntry*> candidates;
  if (!name.empty()) candidates.push_back(&catalog::find_system(name, ""));
  for (const bool is_own : {false, true})  // those of programs and plug-ins come first
    for (const SystemEntry& entry : catalog::systems())
      if (name.empty() && entry.origin.empty() == is_own) candidates.push_back(&entry);
  std::string why;
  for (const SystemEntry* entry : candidates) {
    try {
      Stage stage = stage_of(*entry, request);
      use(stage);
      return stage;
    } catch (const UserError& error) {
      why = error.what();
    }
  }
  throw UserError(
      fmt::format("{} fits no system that can be made small by itself{}: give "
                  "--system.name=… and its keys; the last try: {}",
                  request.name, name.empty() ? "" : " of that name", why));
}

void take_network(const SamplerEntry& sampler, const Request& request, Stage& stage) {
  if (!sampler.needs_model || stage.model != nullptr) return try_sampler(sampler, request, stage);
  for (const ModelEntry& entry : catalog::models()) {
    try {
      stage.model = make_model(entry, request, stage.small.system);
      stage.model_entry = &entry;
      return try_sampler(sampler, request, stage);
    } catch (const UserError&) {
      stage.model.reset();
    }
  }
  throw UserError(fmt::format("{} needs a network, and there is none for {}", sampler.name,
                              stage.small.system.name));
}

Checks of_sampler(const SamplerEntry& entry, const Request& request) {
  const Stage stage =
      first_stage(request, [&](Stage& some) { take_network(entry, request, some); });
  Checks checks;
  if (stage.model != nullptr) {
    checks = of_model(stage);
    train_for_sampler(stage);
  }
  append(certify_sampler(under_test(entry, request, stage)), checks);
  return checks;
}

Checks of_network(const ModelEntry& entry, const Request& request) {
  const SamplerEntry& sampler = catalog::find_sampler("independence", "");
  const Stage stage = first_stage(request, [&](Stage& some) {
    some.model_entry = &entry;
    some.model = make_model(entry, request, some.small.system);
    try_sampler(sampler, request, some);
  });
  Checks checks = of_model(stage);
  train_for_sampler(stage);
  append(certify_sampler(under_test(sampler, request, stage)), checks);
  return checks;
}

const Observable* observable_of(const System& system, const std::string& name) {
  for (const auto& observable : system.observables)
    if (observable->name() == name) return observable.get();
  throw UserError(
      fmt::format("{} has no {}{}", system.name, name, catalog::why_without(name, system)));
}

/// One that learns may need a longer warm-up than there is here: by its name it is refused, among
/// all samplers of a system it is said and left out.
void add_sampler(const SamplerUnderTest& sampler, Checks& checks) {
  try {
    append(certify_sampler(sampler), checks);
  } catch (const UserError& error) {
    if (!is_tuned(sampler.make().sampler->tuning())) throw;
    fmt::print(stderr, "sampler {} of {} is left out: {}\n", sampler.name, sampler.system.name,
               error.what());
  }
}

Checks of_observable(const Request& request) {
  const Stage stage = first_stage(
      request, [&](const Stage& some) { (void)observable_of(some.small.system, request.name); });
  return certify_observable(stage.small.system, *observable_of(stage.small.system, request.name));
}

Checks of_system(const SystemEntry& entry, const Request& request) {
  const Stage stage = stage_of(entry, request);
  Checks checks = certify_system(stage.small.system);
  for (const auto& observable : stage.small.system.observables)
    if (!observable->traits().is_of_pairs)
      append(certify_observable(stage.small.system, *observable), checks);
  if (stage.model != nullptr) {
    append(of_model(stage), checks);
    train_for_sampler(stage);
  }
  const std::string wanted = given_value(request.given, "sampler", "name");
  if (!wanted.empty()) {
    const SamplerEntry sampler = catalog::named_or_composed(wanted, "");
    try_sampler(sampler, request, stage);
    append(certify_sampler(under_test(sampler, request, stage)), checks);
    return checks;
  }
  for (const SamplerEntry& sampler : catalog::samplers()) {
    if (!sampler.incomplete.empty()) continue;  // a part of compositions
    try {
      try_sampler(sampler, request, stage);
    } catch (const UserError&) {
      continue;  // does not take this system
    }
    add_sampler(under_test(sampler, request, stage), checks);
  }
  return checks;
}

}  // namespace

Checks certify(const Request& request) {
  if (const auto* system = entry_in(catalog::systems(), request.name))
    return of_system(*system, request);
  if (catalog::is_composition(request.name))
    return of_sampler(catalog::named_or_composed(request.name, ""), request);
  if (const auto* sampler = entry_in(catalog::samplers(), request.name))
    return of_sampler(*sampler, request);
  if (const auto* model = entry_in(catalog::models(), request.name))
    return of_network(*model, request);
  if (entry_in(catalog::observables(), request.name) != nullptr) return of_observable(request);
  std::vector<std::string> names;
  const auto add = [&](const auto& table) {
    for (const catalog::Entry& entry : table) names.push_back(entry.name);
  };
  add(catalog::systems());
  add(catalog::samplers());
  add(catalog::models());
  add(catalog::observables());
  throw UserError(fmt::format("there is no \"{}\"{} to certify (nmc list)", request.name,
                              did_you_mean(request.name, names)));
}

}  // namespace nmc::certify
