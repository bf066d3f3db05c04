#include "drivers/launcher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace nmc::drivers {
namespace {

// Slurm's numbers from here on are those of the batch script, the interactive shell and the like.
constexpr std::int64_t kFirstSpecialStep = 0xfffffff0;

std::optional<std::int64_t> count_of(const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr) return std::nullopt;
  const std::string_view text(value);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

struct Launcher {
  const char* size;
  const char* rank;
};
// The nearest first: Open MPI's mpirun, the PMI of MPICH's and Intel's and of srun, srun itself.
constexpr std::array<Launcher, 3> kLaunchers{{{"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"},
                                              {"PMI_SIZE", "PMI_RANK"},
                                              {"SLURM_STEP_NUM_TASKS", "SLURM_PROCID"}}};

bool is_slurm(std::string_view variable) {
  return variable.starts_with("SLURM");
}

// Who has a terminal of his own in a step types what one process does.
bool is_typed_in_step() {
  return std::getenv("SLURM_PTY_PORT") != nullptr ||
         count_of("SLURM_STEP_ID").value_or(kFirstSpecialStep) >= kFirstSpecialStep;
}

std::string way_out(const LaunchedGroup& group) {
  if (mpi_library() == "none")
    return "this nmc was built without MPI: start one process, whose threads fill the cores of its "
           "node, or build it with -DNMC_MPI=ON";
  if (is_slurm(group.variable))
    return "type srun --mpi=pmix nmc ... (srun --mpi=list says what there is) or, in the batch "
           "script, mpirun nmc ...; srun -n 1 nmc ... for one process";
  return fmt::format("this nmc was built with {}: start it with mpirun of that library",
                     mpi_library());
}

}  // namespace

bool is_started_by_mpi() {
  constexpr std::array marks{"OMPI_COMM_WORLD_SIZE", "PMI_RANK", "PMI_SIZE", "PMIX_RANK",
                             "MPI_LOCALNRANKS"};
  return std::ranges::any_of(marks, [](const char* name) { return std::getenv(name) != nullptr; });
}

std::optional<LaunchedGroup> launched_group() {
  for (const Launcher& launcher : kLaunchers) {
    const auto count = count_of(launcher.size);
    if (!count || (is_slurm(launcher.size) && is_typed_in_step())) continue;
    if (*count <= 1) return std::nullopt;
    return LaunchedGroup{static_cast<int>(*count),
                         static_cast<int>(count_of(launcher.rank).value_or(0)), launcher.size};
  }
  const auto place = count_of("PMIX_RANK");
  if (!place || *place <= 0) return std::nullopt;
  return LaunchedGroup{0, static_cast<int>(*place), "PMIX_RANK"};
}

std::string found_alone(const Ranks& ranks, const std::optional<LaunchedGroup>& group) {
  if (ranks.size() > 1 || !group) return "";
  const std::string said = group->count > 0
                               ? fmt::format("one of {} processes", group->count)
                               : fmt::format("number {} of several processes", group->place);
  return fmt::format(
      "this process finds itself alone, and its launcher says that it is {} ({}): each would do "
      "the whole job; {}. Runs of their own on purpose: env -u {} nmc ...",
      said, group->variable, way_out(*group), group->variable);
}

}  // namespace nmc::drivers
