#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/parallel/ranks.hpp"

namespace nmc::drivers {

/// How the work at a task of a sweep ended.
struct TaskOutcome {
  enum class Kind { done, failed, stopped, refused };  ///< NumericalError, Interrupted, UserError
  std::size_t task =
      0;  ///< its place in the sweep; of `stopped` and `refused` that is all the same
  Kind kind = Kind::done;
  std::string message{};
  friend bool operator==(const TaskOutcome&, const TaskOutcome&) = default;
};

/// Those of all ranks in rank order, on every rank. Collective.
[[nodiscard]] std::vector<TaskOutcome> gather(const Ranks& ranks,
                                              const std::vector<TaskOutcome>& own);

}  // namespace nmc::drivers
