#include "drivers/job/resolve_some.hpp"

#include <algorithm>

#include "drivers/job/sections.hpp"

namespace nmc::drivers {

Options resolve_some(const std::string& section, const std::vector<std::string>& keys,
                     const std::vector<GivenOption>& given, const std::string& help) {
  std::vector<OptionSpec> specs = section_options(section);
  std::erase_if(specs, [&](const OptionSpec& spec) {
    return std::ranges::find(keys, spec.name) == keys.end();
  });
  return resolve_section(section, given, specs, help);
}

}  // namespace nmc::drivers
