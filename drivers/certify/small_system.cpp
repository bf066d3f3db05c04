#include "drivers/certify/small_system.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/errors.hpp"
#include "core/options/job_file.hpp"
#include "drivers/job/resolve_named.hpp"

namespace nmc::certify {
namespace {

constexpr std::array kSizes{"L", "N", "n", "sites", "pairs"};
constexpr std::array kTried{2, 3, 4, 5, 6, 8};
constexpr const char* kOrigin = "nmc certify";

bool has_key(const std::vector<OptionSpec>& specs, const std::string& key) {
  return std::ranges::find(specs, key, &OptionSpec::name) != specs.end();
}

SmallSystem made(const catalog::SystemEntry& entry, const std::vector<GivenOption>& values) {
  Options options = drivers::resolve_named("system", values, entry);
  System system = catalog::make_system(entry, options);
  return {std::move(options), std::move(system)};
}

}  // namespace

std::string given_value(const std::vector<GivenOption>& given, const std::string& section,
                        const std::string& key) {
  const auto found = std::ranges::find_if(given, [&](const GivenOption& option) {
    return option.section == section && option.key == key;
  });
  return found == given.end() ? "" : found->value;
}

std::vector<GivenOption> section_with(const std::vector<GivenOption>& given,
                                      const std::string& section, const std::string& name) {
  std::vector<GivenOption> values{{section, "name", name, kOrigin}};
  for (const GivenOption& option : given)
    if (option.section == section && option.key != "name") values.push_back(option);
  return values;
}

SmallSystem small_system(const catalog::SystemEntry& entry, const std::vector<GivenOption>& given) {
  std::vector<GivenOption> values = section_with(given, "system", entry.name);
  const auto is_given = [&](const std::string& key) {
    return !given_value(values, "system", key).empty();
  };
  const bool has_temperature = is_given("beta") || is_given("T");
  std::string size;
  const bool has_size = std::ranges::any_of(kSizes, is_given);
  for (const char* key : kSizes)
    if (has_key(entry.options, key) && size.empty() && !has_size) size = key;
  for (const GivenOption& option : parse_job_text(entry.example, entry.name))
    if (option.section == "system" && !is_given(option.key) && option.key != size &&
        !(has_size && std::ranges::find(kSizes, option.key) != kSizes.end()) &&
        !(has_temperature && (option.key == "beta" || option.key == "T")))
      values.push_back(option);
  if (size.empty()) return made(entry, values);
  std::optional<UserError> last;
  for (const int tried : kTried) {
    std::vector<GivenOption> smaller = values;
    smaller.push_back({"system", size, fmt::format("{}", tried), kOrigin});
    try {
      SmallSystem small = made(entry, smaller);
      if (small.system.target->sites() > 1) return small;
    } catch (const UserError& error) {
      last = error;
    }
  }
  throw UserError(fmt::format("{}: no small system to certify; give its keys, --system.{}=…{}{}",
                              entry.name, size, last ? ": " : "", last ? last->what() : ""));
}

}  // namespace nmc::certify
