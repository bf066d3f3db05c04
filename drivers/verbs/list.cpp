#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "core/errors.hpp"
#include "core/options/did_you_mean.hpp"
#include "drivers/catalog/catalog.hpp"
#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {
namespace {

template <class Table>
void print(const std::string& kind, const Table& table) {
  fmt::print("{}\n", kind);
  for (const catalog::Entry& entry : table) fmt::print("  {:<16} {}\n", entry.name, entry.summary);
}

}  // namespace

int list_verb(const Invocation& call) {
  const auto& words = call.line.positional;
  const std::string kind = words.empty() ? "" : words[0];
  const std::vector<std::string> kinds{"systems", "models", "samplers", "observables"};
  const bool is_known = kind.empty() || std::ranges::find(kinds, kind) != kinds.end();
  require(is_known && words.size() <= 1,
          fmt::format("nmc list knows systems, models, samplers, observables, not \"{}\"{}", kind,
                      did_you_mean(kind, kinds)));
  const auto wants = [&](const char* name) { return kind.empty() || kind == name; };
  if (wants("systems")) print("systems", catalog::systems());
  if (wants("models")) print("models", catalog::models());
  if (wants("samplers")) print("samplers", catalog::samplers());
  if (wants("observables")) print("observables", catalog::observables());
  if (kind.empty()) fmt::print("\nnmc describe NAME shows the options of one of them\n");
  return 0;
}

}  // namespace nmc::drivers
