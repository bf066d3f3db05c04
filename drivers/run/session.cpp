#include "drivers/run/session.hpp"

#include <fmt/format.h>

#include <utility>

#include "drivers/run/status_files.hpp"

namespace nmc::drivers {
namespace {

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

Session::Session(const Job& job, const Ranks& ranks, std::string command, double seconds_before)
    : ranks_(ranks),
      threads_(thread_count(job, ranks)),
      directory_(job.directory()),
      command_(std::move(command)),
      tag_(tag_of(job)),
      progress_(ranks.is_root()),
      checkpoint_seconds_(job.run.seconds("checkpoint")),
      walltime_seconds_(job.run.seconds("walltime")),
      seconds_before_(seconds_before) {}

double Session::seconds() const {
  return seconds_since(start_);
}

bool Session::must_stop() const {
  const bool is_late = walltime_seconds_ > 0 && seconds_before_ + seconds() >= walltime_seconds_;
  return ranks_.any(stop_.is_set() || is_late);
}

bool Session::is_checkpoint_due() {
  const bool is_due = ranks_.any(seconds_since(last_checkpoint_) >= checkpoint_seconds_);
  if (is_due) last_checkpoint_ = Clock::now();
  return is_due;
}

void Session::on_root(const std::function<void()>& action) const {
  drivers::on_root(ranks_, action);
}

void Session::log(const std::string& event, const std::string& json_members) const {
  if (ranks_.is_root()) write_log(directory_, event, json_members);
}

void Session::status(const std::string& phase, double done, double total) const {
  if (!ranks_.is_root()) return;
  JsonLine line;
  line.add("phase", phase).add("done", done).add("total", total);
  line.add("ranks", ranks_.size()).add("threads", threads_.count());
  write_status(directory_, line);
}

}  // namespace nmc::drivers
