#include "physics/systems/spin_family.hpp"

#include <utility>

#include "physics/systems/beta_limit.hpp"
#include "physics/systems/made_family.hpp"
#include "physics/systems/spins_at_beta.hpp"

namespace nmc {

SpinFamily::SpinFamily(std::unique_ptr<const SpinTarget> at_one)
    : at_one_(std::move(at_one)), ranges_{beta_condition()} {}

std::unique_ptr<const Target> SpinFamily::at(const Condition& condition) const {
  check_condition(ranges_, condition);
  const double beta = condition.values.front();
  check_beta_limit(beta, at_one_->graph());
  return std::make_unique<SpinsAtBeta>(*at_one_, beta);
}

}  // namespace nmc
