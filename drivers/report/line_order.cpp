#include "drivers/report/line_order.hpp"

#include <algorithm>

#include "core/options/parse_values.hpp"

namespace nmc::drivers {

std::vector<std::string> asked_observables(const std::vector<GivenOption>& given,
                                           const System& system) {
  for (const GivenOption& option : given)
    if (option.section == "output" && option.key == "observables" && !option.value.empty())
      return parse_list(option.value);
  return system.default_observables;
}

void put_first(const std::vector<std::string>& names, std::vector<ReportLine>& lines) {
  std::ranges::stable_sort(lines, {}, [&](const ReportLine& line) {
    return std::ranges::find(names, line.name) - names.begin();
  });
}

}  // namespace nmc::drivers
