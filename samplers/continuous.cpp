#include "samplers/continuous.hpp"

#include <limits>
#include <numbers>

#include "core/fields/directions.hpp"
#include "samplers/accept.hpp"

namespace nmc {

void require_continuous(const Target& target, const std::string& name) {
  if (target.support() != Support::angle) require_real(target, name);
}

Batch continuous_start(Support support, const Streams& streams, StartShape shape, double width) {
  return support == Support::angle ? uniform_angles(streams, shape.chains, shape.sites)
                                   : normal_start(streams, shape.chains, shape.sites, width);
}

double longest_step(Support support) {
  return support == Support::angle ? std::numbers::pi : std::numeric_limits<double>::infinity();
}

void bring_back(Support support, Batch& x) {
  if (support == Support::angle) wrap_angles(x);
}

}  // namespace nmc
