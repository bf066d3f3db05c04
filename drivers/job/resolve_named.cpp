#include "drivers/job/resolve_named.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

#include "core/errors.hpp"
#include "core/options/job_file.hpp"
#include "drivers/job/sections.hpp"

namespace nmc::drivers {

Options resolve_fixed(const std::string& section, const std::vector<GivenOption>& given) {
  return resolve_section(section, given, section_options(section),
                         "(nmc describe " + section + ")");
}

Options resolve_named(const std::string& section, const std::vector<GivenOption>& given,
                      const catalog::Entry& entry, const catalog::Entry* inner) {
  std::vector<OptionSpec> specs = section_options(section);
  specs.insert(specs.end(), entry.options.begin(), entry.options.end());
  const auto has = [&](const OptionSpec& spec) {
    return std::ranges::any_of(specs, [&](const auto& other) { return other.name == spec.name; });
  };
  if (inner != nullptr)
    std::ranges::copy_if(inner->options, std::back_inserter(specs), std::not_fn(has));
  return resolve_section(section, given, specs, "(nmc describe " + entry.name + ")");
}

Options resolve_system(const std::vector<GivenOption>& given, const catalog::SystemEntry*& entry) {
  const GivenOption* name = find_given(given, "system", "name");
  require(
      name != nullptr,
      "[system] lacks name: write name = ising below [system], or --system.name=ising (nmc list "
      "systems)");
  entry = &catalog::find_system(name->value, name->origin + ": ");
  return resolve_named("system", given, *entry);
}

}  // namespace nmc::drivers
