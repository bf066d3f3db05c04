#include "drivers/run/unfinished_run.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "core/archive/file.hpp"
#include "core/archive/write_error.hpp"
#include "core/errors.hpp"
#include "core/options/job_file.hpp"
#include "drivers/run/continued_training.hpp"
#include "drivers/run/make_plan.hpp"
#include "drivers/run/result_file.hpp"
#include "drivers/run/sample_phase.hpp"

namespace fs = std::filesystem;

namespace nmc::drivers {
namespace {

/// A file of this process's own, made under a name that nobody foresees; the directory of the run
/// is not ours. It has no name from then on where the system can do without, so that it goes with
/// the process however that ends.
class TemporaryFile {
 public:
  TemporaryFile() : path_((fs::temp_directory_path() / "nmc-report-XXXXXX").string()) {
    file_ = ::mkostemp(path_.data(), O_CLOEXEC);
    if (file_ < 0) archive::fail_to_write(path_, errno);
    const std::string nameless = fmt::format("/proc/self/fd/{}", file_);
    std::error_code ignored;
    if (!fs::exists(nameless, ignored)) return;
    fs::remove(path_, ignored);
    path_ = nameless;
    has_name_ = false;
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    ::close(file_);
    std::error_code ignored;
    if (has_name_) fs::remove(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  int file_ = -1;
  bool has_name_ = true;
};

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
  result.training = stored_training(place);
  const TemporaryFile temporary;
  try {
    auto file = archive::File::create(temporary.path());
    fill_result(file, result, session);
    file.close();
  } catch (const Interrupted& error) {
    throw Interrupted(
        fmt::format("{} (the draws so far are put together in {}; TMPDIR may name "
                    "another directory)",
                    error.what(), fs::temp_directory_path().string()));
  }
  run.file = read_run(archive::File::open(temporary.path()));
  return run;
}

}  // namespace nmc::drivers
