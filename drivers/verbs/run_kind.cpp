#include "drivers/verbs/run_kind.hpp"

#include <cstdio>

#include "core/archive/file.hpp"
#include "drivers/status/run_state.hpp"

namespace nmc::drivers {
namespace {

// Whatever its name.
bool is_annealing(const std::filesystem::path& run) {
  return std::filesystem::is_regular_file(run) && archive::File::open(run.string()).has("/anneal");
}

}  // namespace

std::string annealing_of(const std::filesystem::path& run) {
  if (is_annealing(run)) return run.string();
  if (std::filesystem::exists(run / "result.h5")) return "";
  if (std::filesystem::exists(run / "anneal.h5")) return (run / "anneal.h5").string();
  const std::filesystem::path so_far = run / "anneal_runs.h5";
  if (!std::filesystem::exists(so_far)) return "";
  std::fputs(state_text(read_run_state(run)).c_str(), stderr);
  return so_far.string();
}

}  // namespace nmc::drivers
