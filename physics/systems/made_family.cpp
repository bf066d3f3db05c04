#include "physics/systems/made_family.hpp"

#include <limits>

namespace nmc {

ConditionRange beta_condition() {
  return {"beta", 0, std::numeric_limits<double>::max()};
}

std::unique_ptr<const Target> MadeFamily::at(const Condition& condition) const {
  check_condition(ranges_, condition);
  return make_(condition);
}

}  // namespace nmc
