#pragma once

#include "drivers/certify/chain_classes.hpp"

namespace nmc::test {

using certify::beside;
using certify::ChainClasses;
using certify::classes_of;
using certify::Successors;
using certify::successors;
using certify::then;

}  // namespace nmc::test
