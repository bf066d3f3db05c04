#include <fmt/format.h>

#include <cstdio>

#include "core/errors.hpp"
#include "core/options/did_you_mean.hpp"
#include "drivers/catalog/catalog.hpp"
#include "drivers/job/sections.hpp"
#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {
namespace {

struct Described {
  std::string kind;
  const catalog::Entry* entry;
};

std::vector<Described> everything() {
  std::vector<Described> all;
  for (const auto& entry : catalog::systems()) all.push_back({"system", &entry});
  for (const auto& entry : catalog::models()) all.push_back({"model", &entry});
  for (const auto& entry : catalog::samplers()) all.push_back({"sampler", &entry});
  for (const auto& entry : catalog::observables()) all.push_back({"observable", &entry});
  for (const auto& entry : section_entries()) all.push_back({"section", &entry});
  return all;
}

void print_options(const std::vector<OptionSpec>& options) {
  for (const OptionSpec& spec : options) {
    const std::string fallback = spec.is_required        ? "required"
                                 : spec.fallback.empty() ? "default: none"
                                                         : "default " + spec.fallback;
    fmt::print("  {:<18} {}\n{:21}{}; {}\n", spec.name, spec.help, "", type_words(spec), fallback);
  }
}

void print(const Described& described) {
  const catalog::Entry& entry = *described.entry;
  fmt::print("{} ({})\n{}\n", entry.name, described.kind, entry.summary);
  if (!entry.options.empty()) {
    const bool is_section = described.kind == "section";
    fmt::print("\nkeys of [{}]\n", is_section ? entry.name : described.kind);
    print_options(entry.options);
  }
  if (!entry.example.empty()) fmt::print("\nexample\n{}", entry.example);
}

}  // namespace

int describe_verb(const Invocation& call) {
  const auto& words = call.line.positional;
  require(words.size() == 1, "nmc describe takes one name (nmc list)");
  bool is_found = false;
  std::vector<std::string> names;
  for (const Described& described : everything()) {
    names.push_back(described.entry->name);
    if (described.entry->name != words[0]) continue;
    if (is_found) fmt::print("\n");
    print(described);
    is_found = true;
  }
  require(is_found,
          fmt::format("there is no \"{}\"{} (nmc list)", words[0], did_you_mean(words[0], names)));
  return 0;
}

}  // namespace nmc::drivers
