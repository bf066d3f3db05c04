#include "drivers/training/configurations.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string>

#include "drivers/training/stored_rows.hpp"

namespace nmc::drivers {
namespace {

void check_spins(const Job& job, const Batch& configurations) {
  for (Index row = 0; row < configurations.rows(); ++row)
    for (Index site = 0; site < configurations.cols(); ++site)
      if (const double s = configurations(row, site); std::isfinite(s) && std::abs(s) != 1)
        job.train.fail("data", fmt::format("configuration {} of the data set holds {}, and spins "
                                           "are 1 and -1; of 0 and 1 take 2 x - 1",
                                           row, s));
}

}  // namespace

Batch read_configurations(const Job& job, const System& system) {
  const Index sites = system.target->sites();
  const std::string& source = job.train.text("data");
  Batch configurations = read_rows(job.train, "data");
  if (configurations.cols() != sites)
    job.train.fail("data", fmt::format("{} has {} entries per configuration; the system has {} "
                                       "sites",
                                       source, configurations.cols(), sites));
  if (system.target->support() == Support::spin) check_spins(job, configurations);
  return configurations;
}

Index held_out_rows(const Job& job, Index rows) {
  return static_cast<Index>(std::floor(job.train.real("held_out") * static_cast<double>(rows)));
}

}  // namespace nmc::drivers
