#pragma once

#include <functional>
#include <string>

#include "core/parallel/ranks.hpp"
#include "drivers/session/directory.hpp"

namespace nmc::drivers {

/// Does `action` on rank 0; what it throws is thrown on every rank. Collective.
void on_root(const Ranks& ranks, const std::function<void()>& action);

/// A line of log.jsonl: an event with the time.
void write_log(const OutputDirectory& directory, const std::string& event,
               const std::string& json_members = "");

}  // namespace nmc::drivers
