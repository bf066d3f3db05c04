#pragma once

#include <string>

#include "drivers/certify/check.hpp"

namespace nmc {
class Flow;
class Trainable;
}  // namespace nmc

namespace nmc::certify {

/// Round trip, ln det against numerical differentiation, and the vector-Jacobian products against
/// differences. `owner` holds the parameters of the flow.
void add_flow_checks(const Flow& flow, Trainable& owner, const std::string& subject,
                     Checks& checks);

}  // namespace nmc::certify
