#pragma once

/// All that a program with a system of its own includes.
#include "drivers/catalog/register.hpp"
#include "drivers/program.hpp"
