#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace nmc::drivers {

/// The tasks of a sweep of `count` that `--tasks` names, in rising order. Numbers and ranges from 0
/// on, both ends included ("3", "0-9,20"), or "I/N": of N parts of the sweep number I, from 0 on,
/// the tasks I, I + N, I + 2N, … ; none where N parts are more than there are tasks. UserError for
/// what is neither, and for numbers that the sweep does not have.
[[nodiscard]] std::vector<std::size_t> task_numbers(const std::string& text, std::size_t count);

}  // namespace nmc::drivers
