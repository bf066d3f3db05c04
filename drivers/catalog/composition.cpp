#include "drivers/catalog/composition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "core/options/parse_values.hpp"
#include "drivers/catalog/catalog.hpp"
#include "samplers/composite.hpp"

namespace nmc::catalog {
namespace {

constexpr const char* kGrammar = "write [NAME x COUNT, …], for example [metropolis x 5, wolff x 1]";

// Of one part in a step, as the samplers' own counts: a step is not interrupted.
constexpr double kMostRuns = 1e6;

struct PartChoice {
  const SamplerEntry* entry;
  double weight;
};

/// "wolff x 2", or "wolff" for one.
PartChoice read_part(const std::string& text, const std::string& origin) {
  std::istringstream words(text);
  std::string name, cross, count, rest;
  words >> name >> cross >> count >> rest;
  const bool is_right =
      !name.empty() && rest.empty() && (cross.empty() || (cross == "x" && !count.empty()));
  require(is_right,
          fmt::format("{}\"{}\" is no part of a composition: {}", origin, text, kGrammar));
  const SamplerEntry& entry = find_sampler(name, origin);
  require(!entry.has_inner,
          fmt::format("{}{} runs a sampler of its own and cannot be a part", origin, name));
  const double weight = cross.empty() ? 1 : parse_real(origin + name + " x", count);
  require(weight > 0,
          fmt::format("{}{} x {}: a part runs more often than never", origin, name, count));
  require(weight <= kMostRuns,
          fmt::format("{}{} x {}: a part runs at most 1000000 times in a step; for more steps from "
                      "draw to draw raise run.thin",
                      origin, name, count));
  return {&entry, weight};
}

std::vector<PartChoice> read_parts(const std::string& text, const std::string& origin) {
  require(text.ends_with(']'), fmt::format("{}{} lacks its ]: {}", origin, text, kGrammar));
  std::vector<PartChoice> parts;
  std::istringstream list(text.substr(1, text.size() - 2));
  for (std::string part; std::getline(list, part, ',');) parts.push_back(read_part(part, origin));
  require(!parts.empty(), fmt::format("{}{} has no parts: {}", origin, text, kGrammar));
  const bool is_complete =
      std::ranges::any_of(parts, [](const PartChoice& p) { return p.entry->incomplete.empty(); });
  require(is_complete, origin + parts.front().entry->incomplete);
  return parts;
}

/// The options that begin with the part's name, without it, and how many chains there are.
Options options_of(const Options& all, const std::string& part) {
  std::vector<ResolvedOption> own;
  for (ResolvedOption option : all.all()) {
    if (option.spec.name == "name") {
      option.value = part;
    } else if (option.spec.name.starts_with(part + ".")) {
      option.spec.name.erase(0, part.size() + 1);
    } else if (option.spec.name != "chains") {
      continue;
    }
    own.push_back(std::move(option));
  }
  return {all.section(), std::move(own)};
}

/// One after the other.
std::function<std::string()> joined_words(std::vector<std::function<std::string()>> parts) {
  return [parts = std::move(parts)] {
    std::string text;
    for (const auto& part : parts) text += (text.empty() ? "" : "; ") + part();
    return text;
  };
}

SamplerParts make_composite(const std::vector<PartChoice>& choices, const Options& options,
                            const System& system, Trainable* model) {
  const bool is_cycle = options.text("mode") == "cycle";
  std::vector<CompositeSampler::Part> parts;
  std::string incomplete;
  std::vector<std::function<std::string()>> fitted;
  bool is_complete = false;
  for (const auto& [entry, weight] : choices) {
    if (is_cycle && weight != std::floor(weight))
      options.fail("name", fmt::format("{} x {}: a cycle repeats its parts whole times; use mode = "
                                       "mixture for odds",
                                       entry->name, weight));
    SamplerParts made = entry->make(options_of(options, entry->name), system, model);
    if (made.latent)
      options.fail("name", fmt::format("{} walks in the network's latent space, where no other "
                                       "part could follow",
                                       entry->name));
    is_complete = is_complete || (entry->incomplete.empty() && made.incomplete.empty());
    if (!made.incomplete.empty()) incomplete = made.incomplete;
    if (made.fitted) fitted.push_back(std::move(made.fitted));
    // A network refuses to leave what it would never draw: chains begin with its draws.
    parts.push_back({std::move(made.sampler), weight, entry->name, entry->needs_model});
  }
  const auto mode = is_cycle ? CompositeSampler::Mode::cycle : CompositeSampler::Mode::mixture;
  try {
    auto composite = std::make_unique<CompositeSampler>(mode, std::move(parts));
    SamplerParts whole;
    whole.keeps_log_q = composite->keeps_log_q();
    whole.incomplete = is_complete ? std::string() : incomplete;
    if (!fitted.empty()) whole.fitted = joined_words(std::move(fitted));
    whole.sampler = std::move(composite);
    return whole;
  } catch (const UserError& error) {
    options.fail("name", error.what());
  }
}

}  // namespace

bool is_composition(const std::string& name) {
  return name.starts_with('[');
}

OptionSpec composition_mode_option() {
  return option::choice("mode", "cycle", {"cycle", "mixture"},
                        "of a composition: all parts in turn, or one by odds");
}

SamplerEntry compose(const std::string& name, const std::string& origin) {
  const std::vector<PartChoice> parts = read_parts(name, origin);
  SamplerEntry entry;
  entry.name = name;
  entry.options = {composition_mode_option()};
  entry.rests_on_proposals = true;
  for (const auto& part : parts) {
    entry.needs_model = entry.needs_model || part.entry->needs_model;
    entry.rests_on_proposals = entry.rests_on_proposals && part.entry->rests_on_proposals;
    for (OptionSpec spec : part.entry->options) {
      spec.name = part.entry->name + "." + spec.name;
      const auto same = std::ranges::find(entry.options, spec.name, &OptionSpec::name);
      if (same == entry.options.end()) entry.options.push_back(std::move(spec));
    }
  }
  entry.make = [parts](const Options& options, const System& system, Trainable* model) {
    return make_composite(parts, options, system, model);
  };
  return entry;
}

SamplerEntry named_or_composed(const std::string& name, const std::string& origin) {
  return is_composition(name) ? compose(name, origin) : find_sampler(name, origin);
}

void refuse_bare_keys(const SamplerEntry& composition, const std::vector<GivenOption>& given) {
  for (const GivenOption& option : given) {
    if (option.section != "sampler") continue;
    const auto belongs = [&](const OptionSpec& spec) {
      return spec.name.ends_with("." + option.key);
    };
    const auto spec = std::ranges::find_if(composition.options, belongs);
    if (spec != composition.options.end())
      throw UserError(fmt::format("{}: {} belongs to a part of the composition: write {} = {}",
                                  option.origin, option.key, spec->name, option.value));
  }
}

}  // namespace nmc::catalog
