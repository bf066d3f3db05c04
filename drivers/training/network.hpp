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

/// A conditional network works at this condition from now on. UserError, with the path of its file,
/// where it was not made for it.
void take_condition(const std::string& path, const Condition& condition, Trainable& model);
/// The same with the condition of a system; nothing happens to networks of one target.
void take_condition_of(const std::string& path, const System& system, Trainable& model);

}  // namespace nmc::drivers
