#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/parallel/ranks.hpp"
#include "drivers/launcher.hpp"

/// From the words of a command line to the verb that they name.
namespace nmc::drivers {

/// Does what `nmc WORDS` does, and returns its exit code where nothing failed: 0, 4 where a
/// result is refused, 2 where another process of `group` says why. What fails is thrown: UserError,
/// NumericalError, Interrupted (also where standard output cannot be written), and what the
/// standard library throws. Parallel verbs are collective, and refused where the processes of
/// `group` do not find each other.
[[nodiscard]] int dispatch(const std::vector<std::string>& words, const Ranks& ranks,
                           const std::optional<LaunchedGroup>& group);

/// Whether the verb ends with a checkpoint where a signal asks for it.
[[nodiscard]] bool can_be_stopped(const std::vector<std::string>& words);

/// Batches of some 100 KB come and go at every step. By default glibc gives them back to the system
/// each time, and getting their pages anew took a third of the time of training a network.
void keep_freed_memory();

}  // namespace nmc::drivers
