#include "drivers/run/unfinished_run.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "core/archive/file.hpp"
#include "core/archive/write_error.hpp"
#include "core/errors.hpp"
#include "core/options/job_file.hpp"
#include "drivers/result/result_file.hpp"
#include "drivers/run/make_plan.hpp"
#include "drivers/sample/sample_phase.hpp"
#include "drivers/training/continued_training.hpp"

namespace fs = std::filesystem;

namespace nmc::drivers {
namespace {

/// Takes a file away as it goes.
struct Removal {
  explicit Removal(const std::string& removed) : path(removed) {}
  Removal(const Removal&) = delete;
  Removal& operator=(const Removal&) = delete;
  ~Removal() {
    std::error_code ignored;
    fs::remove(path, ignored);
  }
  const std::string& path;
};

// A file without a name, as the directory of the run is not ours: made under one that nobody
// foresees, which is taken away at once, so that it goes with the process however that ends.
archive::File nameless_file() {
  // In TMPDIR, since the run's own directory may be another user's and read-only.
  std::string path = (fs::temp_directory_path() / "nmc-report-XXXXXX").string();
  const int id = ::mkostemp(path.data(), O_CLOEXEC);
  if (id < 0) archive::fail_to_write(path, errno);
  ::close(id);
  const Removal removal(path);
  return archive::File::create(path);
}

Index draws_of_result(const fs::path& path) {
  if (!fs::exists(path)) return -1;
  const auto file = archive::File::open(path.string());
  return file.has("/posterior/draw") ? file.shape("/posterior/draw").at(0) : 0;
}

// The job of a directory, wherever it lies now.
Job job_of(const fs::path& directory) {
  const JobFile file = read_job_file(directory / "resolved.ini");
  Job job = resolve_job({file.text, directory.filename().string(), file.values}, {.sampler = true});
  job.output = job.output.with("dir", directory.string());
  return job;
}

}  // namespace

std::optional<UnfinishedRun> read_unfinished_run(const fs::path& directory, const Ranks& ranks) {
  const OutputDirectory place(directory);
  if (!place.has("resolved.ini")) return std::nullopt;
  const Index done = draws_of_result(directory / "result.h5");
  UnfinishedRun run{stored_draws(place), 0, {}};
  if (done >= run.draws) return std::nullopt;
  if (run.draws == 0) return run;
  const Job job = job_of(directory);
  Plan plan = make_plan(job, {.sample = true}, ranks, false);
  run.total = plan.simulation.draws;
  plan.simulation.draws = run.draws;
  plan.simulation.keep_every = 0;
  Session session(job, {ranks, "nmc report", {.sample = true}});
  Result result;
  result.job = &job;
  result.plan = &plan;
  result.sampled = stored_samples(plan, session);
  result.training = stored_progress(place);
  try {
    archive::File file = nameless_file();
    fill_result(file, result, session);
    run.file = read_run(std::move(file));
  } catch (const Interrupted& error) {
    throw Interrupted(
        fmt::format("{} (the draws so far are put together in {}; TMPDIR may name "
                    "another directory)",
                    error.what(), fs::temp_directory_path().string()));
  }
  return run;
}

}  // namespace nmc::drivers
