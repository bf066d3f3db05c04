#pragma once

/// All that a program or a plug-in with systems, observables, samplers or networks of its own
/// includes.
#include "drivers/catalog/own/register.hpp"
#include "drivers/plugin_stamp.hpp"
#include "drivers/program.hpp"
