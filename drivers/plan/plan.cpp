#include "drivers/plan/plan.hpp"

namespace nmc::drivers {

bool is_of_pairs(const Plan& plan, std::size_t column) {
  return column < plan.observables.size() && plan.observables[column]->traits().is_of_pairs;
}

Index rows_per_chain(const Plan& plan) {
  return plan.samples ? plan.sampler.sampler->traits().rows_per_chain : 1;
}

}  // namespace nmc::drivers
