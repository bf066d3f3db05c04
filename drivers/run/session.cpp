#include "drivers/run/session.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <ctime>
#include <fstream>

#include "core/archive/provenance.hpp"
#include "core/archive/publish.hpp"
#include "drivers/json_line.hpp"

namespace nmc::drivers {
namespace {

std::string utc_now() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

int thread_count(const Job& job, const Ranks& ranks) {
  const Index asked = job.run.integer("threads");
  return asked > 0 ? static_cast<int>(asked) : ranks.default_threads();
}

std::string tag_of(const Job& job) {
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

Session::Session(const Job& job, const Ranks& ranks, std::string command)
    : ranks_(ranks),
      threads_(thread_count(job, ranks)),
      directory_(job.directory()),
      command_(std::move(command)),
      tag_(tag_of(job)),
      progress_(ranks.is_root()),
      checkpoint_seconds_(job.run.seconds("checkpoint")),
      walltime_seconds_(job.run.seconds("walltime")) {}

double Session::seconds() const {
  return seconds_since(start_);
}

bool Session::must_stop() const {
  const bool is_late = walltime_seconds_ > 0 && seconds() >= walltime_seconds_;
  return ranks_.any(stop_.is_set() || is_late);
}

bool Session::is_checkpoint_due() {
  const bool is_due = ranks_.any(seconds_since(last_checkpoint_) >= checkpoint_seconds_);
  if (is_due) last_checkpoint_ = Clock::now();
  return is_due;
}

void Session::on_root(const std::function<void()>& action) const {
  // The first letter says what was thrown, so that every rank throws the same.
  std::string outcome = "-";
  if (ranks_.is_root()) {
    try {
      action();
    } catch (const UserError& error) {
      outcome = std::string("u") + error.what();
    } catch (const Interrupted& error) {
      outcome = std::string("i") + error.what();
    }
  }
  outcome = ranks_.broadcast(outcome);
  if (outcome[0] == 'u') throw UserError(outcome.substr(1));
  if (outcome[0] == 'i') throw Interrupted(outcome.substr(1));
}

void Session::log(const std::string& event, const std::string& json_members) const {
  if (!ranks_.is_root()) return;
  JsonLine line;
  line.add("time", utc_now()).add("event", event);
  std::string text = line.text();
  if (!json_members.empty()) text.insert(text.size() - 1, ", " + json_members);
  std::ofstream(directory_.file("log.jsonl"), std::ios::app) << text << "\n";
}

void Session::status(const std::string& phase, double done, double total) const {
  if (!ranks_.is_root()) return;
  JsonLine line;
  line.add("phase", phase).add("done", done).add("total", total).add("updated", utc_now());
  line.add("host", archive::host_name()).add("pid", static_cast<int>(::getpid()));
  line.add("ranks", ranks_.size()).add("threads", threads_.count());
  archive::publish_text(directory_.file("status.json"), line.text() + "\n");
}

}  // namespace nmc::drivers
