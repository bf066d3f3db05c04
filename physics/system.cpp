#include "physics/system.hpp"

#include <algorithm>

#include "core/errors.hpp"

namespace nmc {

Condition condition_of(const System& system, const std::vector<ConditionRange>& ranges) {
  Condition here;
  for (const ConditionRange& range : ranges) {
    if (range.name == "beta") {
      here.values.push_back(system.beta);
      continue;
    }
    const auto own =
        std::ranges::find(system.parameters, range.name, &std::pair<std::string, double>::first);
    require(own != system.parameters.end(), "the network has " + range.name + " as an input, and " +
                                                system.name +
                                                " has none: train a network for this system");
    here.values.push_back(own->second);
  }
  return here;
}

}  // namespace nmc
