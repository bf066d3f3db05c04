#include "drivers/session/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/archive/utc.hpp"
#include "core/errors.hpp"
#include "drivers/session/status_files.hpp"

namespace nmc::drivers {
namespace {

// Least work of a start whose wall time has passed: as much as lies between two synchronisations.
constexpr double kLeastWork = 1;
// status.json is written more and more seldom, from every second on.
constexpr double kFirstInterval = 1, kLastInterval = 10;

int thread_count(const Job& job, const Ranks& ranks) {
  const Index asked = job.run.integer("threads");
  return asked > 0 ? static_cast<int>(asked) : ranks.default_threads();
}

std::string tag_of(const Job& job) {
  if (!job.task.empty()) return job.task;
  std::string tag = job.system.has("L") ? "L" + job.system.text("L") : job.system.text("name");
  if (job.system.has("beta") && !job.system.text("beta").empty())
    tag += fmt::format(" b{:.4f}", job.system.real("beta"));
  else if (job.system.has("T") && !job.system.text("T").empty())
    tag += fmt::format(" T{:.4g}", job.system.real("T"));
  return tag;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

Session::Session(const Job& job, const Launch& launch)
    : ranks_(launch.ranks),
      threads_(thread_count(job, launch.ranks)),
      directory_(job.directory()),
      command_(launch.command),
      tag_(tag_of(job)),
      progress_(launch.ranks.is_root(), launch.shows_progress),
      stop_file_({job.directory().string(), launch.sweep_directory}),
      checkpoint_seconds_(job.run.seconds("checkpoint")),
      limit_(wall_limit(job.run, launch.job_end, launch.began)),
      began_(launch.began),
      must_work_(launch.must_work),
      must_make_room_(launch.must_make_room) {
  if (!launch.sweep_directory.empty()) limit_.note.clear();  // the sweep says it for all
  status_.started = archive::utc_now();
  status_.ranks = ranks_.size();
  status_.threads = threads_.count();
}

void Session::carry_out(const Job& job, bool restart, const std::function<void()>& work) {
  const auto say = [this](const std::string& line) { progress_.say(line); };
  on_root([&] {
    lock_ = directory_.prepare(job, restart, say);
    write_status();
  });
  log("start", JsonLine().add("command", command_).members());
  if (!limit_.note.empty()) say(limit_.note);
  try {
    work();
    on_root([&] {
      status_.state = status_.phase = "done";
      status_.eta_seconds = RunStatus::kNone;
      write_status();
    });
  } catch (const Interrupted& error) {
    note_failure("stopped", error.what());
    throw;
  } catch (const std::exception& error) {
    note_failure("failed", error.what());
    throw;
  }
  log("done");
}

// Best effort: the disk may be what is full, and the error itself is what the user must hear. Not
// collective: one rank alone may have failed.
void Session::note_failure(const std::string& state, const std::string& reason) {
  status_.state = state;
  status_.reason = reason;
  status_.eta_seconds = RunStatus::kNone;
  const auto try_to = [this](const std::function<void()>& write) {
    try {
      if (!lock_) return;
      lock_->require_held();
      write();
    } catch (const std::exception&) {
      return;
    }
  };
  try_to([this] { write_status(); });
  try_to([&] { write_log(directory_, state, JsonLine().add("reason", reason).members()); });
}

double Session::seconds() const {
  return seconds_since(start_);
}

bool Session::must_stop() {
  const double work = must_work_ ? std::min(kLeastWork, limit_.seconds) : 0;
  const bool is_late = limit_.seconds > 0 && seconds_since(began_) >= limit_.seconds &&
                       seconds() - phase_began_ >= work;
  const bool is_asked = stop_.is_set() || (ranks_.is_root() && stop_file_.is_there());
  return ranks_.any(is_asked || is_late || makes_room());
}

// Only after a while: a rate of the first moment is none.
bool Session::makes_room() const {
  constexpr double least = 0.5;
  const Pace now = pace();
  return must_make_room_ && now.seconds >= least && must_make_room_(now.seconds_left());
}

void Session::require_unasked() const {
  if (stop_.is_set())
    throw Interrupted(
        fmt::format("stopped while its files are put together; all draws are in {}: "
                    "run again to resume",
                    directory_.path().string()));
}

bool Session::is_checkpoint_due() {
  const bool is_due = ranks_.any(seconds_since(last_checkpoint_) >= checkpoint_seconds_);
  if (is_due) last_checkpoint_ = Clock::now();
  return is_due;
}

void Session::on_root(const std::function<void()>& action) const {
  drivers::on_root(ranks_, [&] {
    if (lock_) lock_->require_held();
    action();
  });
}

void Session::log(const std::string& event, const std::string& json_members) const {
  on_root([&] { write_log(directory_, event, json_members); });
}

void Session::write_status() const {
  if (lock_) drivers::write_status(directory_.file("status.json"), status_);
}

void Session::begin_phase(const std::string& phase, const std::string& unit, double done,
                          double total) {
  RunStatus fresh;
  fresh.started = status_.started;
  fresh.checkpoint = status_.checkpoint;
  fresh.ranks = status_.ranks;
  fresh.threads = status_.threads;
  fresh.phase = phase;
  fresh.unit = unit;
  fresh.done = done;
  fresh.total = total;
  status_ = std::move(fresh);
  phase_began_ = seconds();
  phase_first_ = done;
  status_interval_ = kFirstInterval;
  next_status_ = phase_began_ + status_interval_;
  write_status();
}

void Session::advance(double done, const std::function<void(RunStatus&)>& judge) {
  status_.done = done;
  const double now = seconds();
  if (!ranks_.is_root() || now < next_status_) return;
  status_interval_ = std::min(2 * status_interval_, kLastInterval);
  next_status_ = now + status_interval_;
  status_.rate = (done - phase_first_) / (now - phase_began_);
  status_.eta_seconds = status_.rate > 0 ? (status_.total - done) / status_.rate : RunStatus::kNone;
  if (judge) judge(status_);
  write_status();
}

Pace Session::pace() const {
  Pace pace;
  pace.phase = status_.phase;
  pace.done = status_.done;
  pace.total = status_.total;
  pace.first = phase_first_;
  pace.seconds = seconds() - phase_began_;
  return pace;
}

void Session::note_checkpoint(double done) {
  status_.done = done;
  status_.checkpoint = archive::utc_now();
  write_status();
}

}  // namespace nmc::drivers
