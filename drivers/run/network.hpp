#pragma once

#include <memory>
#include <string>

#include "drivers/job/job.hpp"
#include "drivers/report/network_note.hpp"

namespace nmc::drivers {

/// Publishes the network of a job as a model file that says what it was trained for.
void write_network(const std::string& path, const Job& job, const Trainable& model);

struct StoredNetwork {
  std::unique_ptr<Trainable> model;
  /// What to tell the user where it was trained on other couplings, or is not what the keys of
  /// [model] describe, and may be used all the same; else empty.
  NetworkNotes notes;
};

/// Reads a model file for use on this job's system. UserError where it was made for another system
/// or another number of sites.
[[nodiscard]] StoredNetwork read_network(const std::string& path, const Job& job,
                                         const System& system);

/// A network of a range of temperatures works at this one from now on. UserError, with the path of
/// its file, where the range does not hold it; nothing happens to other networks.
void take_beta(const std::string& path, double beta, Trainable& model);

}  // namespace nmc::drivers
