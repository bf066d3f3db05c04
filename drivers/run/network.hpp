#pragma once

#include <memory>
#include <string>

#include "drivers/job/job.hpp"

namespace nmc::drivers {

/// Publishes the network of a job as a model file that says what it was trained for.
void write_network(const std::string& path, const Job& job, const Trainable& model);

/// Reads a model file for use on this job's system. UserError where it was made for another system
/// or another number of sites.
[[nodiscard]] std::unique_ptr<Trainable> read_network(const std::string& path, const Job& job,
                                                      const catalog::System& system);

}  // namespace nmc::drivers
