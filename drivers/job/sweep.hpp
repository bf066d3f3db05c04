#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/options/options.hpp"
#include "drivers/job/sweep_line.hpp"

/// Sections [sweep] and [sweep.NAME]: what varies from task to task.
namespace nmc::drivers {

/// One task: its name, which is its directory, and the values that it sets.
struct SweepPoint {
  std::string name;
  std::vector<GivenOption> settings;  ///< in the order of the lines; origins are the sweep's lines
};

/// "sweep" or "sweep.NAME".
[[nodiscard]] bool is_sweep_section(const std::string& section);
[[nodiscard]] bool has_sweep(const std::vector<GivenOption>& given);
/// --sweep.NAME.section.key as a value of section sweep.NAME.
[[nodiscard]] GivenOption with_sweep_group(GivenOption option);

/// The tasks, those of the first line's first value first: the product over the lines of [sweep]
/// and of one [sweep.NAME], group after group in the order of the file. A line `a, b = (1, 2), (3,
/// 4)` sets several keys together. A task is named by the group and, for each line, the value of
/// its first key; lines of a group that hold one value are left out of the name. UserError with
/// file:line for keys that no task may set, keys set twice, empty ranges and equal values.
[[nodiscard]] std::vector<SweepPoint> expand_sweep(const std::vector<GivenOption>& given);

/// The lines whose product the tasks are, in the order of expand_sweep(); none where several groups
/// follow each other.
[[nodiscard]] std::vector<SweepLine> sweep_grid(const std::vector<GivenOption>& given);

/// Seed of a task: the first 52 bits of SHA-256 of "seed\n" and a line "section.key=value\n" for
/// each value that it sets, sorted, numbers in their shortest form; run.seed and what may change on
/// resume left out. So a task keeps its seed when others come or go.
[[nodiscard]] std::int64_t task_seed(std::int64_t seed, const std::vector<GivenOption>& settings);

}  // namespace nmc::drivers
