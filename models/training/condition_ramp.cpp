#include "models/training/condition_ramp.hpp"

#include <string>
#include <utility>

#include "core/errors.hpp"

namespace nmc {

ConditionRamp::ConditionRamp(Condition first, Condition last, Index steps)
    : first_(std::move(first)), last_(std::move(last)), steps_(steps) {
  require(steps >= 0, "anneal_steps = " + std::to_string(steps) +
                          " must not be negative; 0 trains at the final beta throughout");
  require(first_.values.size() == last_.values.size(),
          "an annealing leads from one condition to another of as many numbers");
}

Condition ConditionRamp::at(Index step) const {
  if (step >= steps_) return last_;
  const double part = static_cast<double>(step) / static_cast<double>(steps_);
  Condition here = first_;
  for (std::size_t i = 0; i < here.values.size(); ++i)
    here.values[i] += part * (last_.values[i] - first_.values[i]);
  return here;
}

}  // namespace nmc
