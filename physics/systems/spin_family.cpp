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

Column SpinFamily::log_ratio(const Batch& x, const Condition& a, const Condition& b) const {
  check_condition(ranges_, a);
  check_condition(ranges_, b);
  return (b.values.front() - a.values.front()) * at_one_->log_density(x);
}

}  // namespace nmc
