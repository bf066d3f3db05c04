#pragma once

#include "drivers/report/sweep_columns.hpp"
#include "drivers/report/sweep_report.hpp"

namespace nmc::drivers {

/// long_name and units of every variable of sweep.h5. In units of k_B = 1 all is a pure number but
/// times and counts of draws.
void describe_columns(const SweepReport& sweep, SweepColumns& columns);

}  // namespace nmc::drivers
