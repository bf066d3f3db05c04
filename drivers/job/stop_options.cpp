#include "drivers/job/stop_options.hpp"

#include <algorithm>

#include "drivers/job/sections.hpp"

namespace nmc::drivers {
namespace {

constexpr std::string_view kError = "error.";

}  // namespace

Options resolve_stop(const std::vector<GivenOption>& given) {
  std::vector<OptionSpec> specs = section_options("stop");
  for (const GivenOption& option : given) {
    const bool is_known = std::ranges::find(specs, option.key, &OptionSpec::name) != specs.end();
    if (option.section == "stop" && option.key.starts_with(kError) && !is_known)
      specs.push_back(option::real(option.key, "", "(0, inf)", "largest error of this observable"));
  }
  return resolve_section("stop", given, specs, "(nmc describe stop)");
}

std::string stop_key(const std::string& observable) {
  return std::string(kError) + observable;
}

std::vector<std::string> stop_error_names(const Options& stop) {
  std::vector<std::string> names;
  for (const ResolvedOption& option : stop.all())
    if (option.spec.name.starts_with(kError) && !stop.text(option.spec.name).empty())
      names.push_back(option.spec.name.substr(kError.size()));
  return names;
}

}  // namespace nmc::drivers
