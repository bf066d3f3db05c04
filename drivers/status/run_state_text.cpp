#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>

#include "core/archive/utc.hpp"
#include "drivers/format.hpp"
#include "drivers/status/run_state.hpp"
#include "drivers/text_table.hpp"

namespace nmc::drivers {
namespace {

// NaN where the text is no time, or one ahead of this clock, which may have been set back.
double age_of(const std::string& time) {
  const std::time_t then = archive::utc_time(time), now = std::time(nullptr);
  return then < 0 || then > now ? RunStatus::kNone : std::difftime(now, then);
}

std::string age_text(const std::string& time) {
  const double age = age_of(time);
  return std::isnan(age) ? "of " + time + " by another clock" : clock_text(age) + " ago";
}

double percent_of(const RunStatus& status) {
  return status.total > 0 ? 100 * status.done / status.total : RunStatus::kNone;
}

// A run that wrote no number, or a file that lost it, has none to show.
std::string whole(double value) {
  return number_or_dash(value, "{:.0f}");
}

std::string line(const char* head, const std::string& text) {
  return text.empty() ? "" : fmt::format("{:<9}{}\n", head, text);
}

std::string process_text(const RunState& state) {
  const RunStatus& status = state.status;
  if (status.phase == kTasksPhase && !state.tasks.empty()) {
    const auto at_work = std::ranges::count_if(
        state.tasks, [](const RunState& task) { return task.holder.has_value(); });
    return at_work > 0 ? fmt::format("{} at work, each on tasks of its own", at_work) : "";
  }
  if (status.host.empty()) return state.holder ? state.holder->text() : "";
  return fmt::format("{} on {}, begun {}, {} rank{} x {} thread{}", whole(status.pid), status.host,
                     status.started, status.ranks, status.ranks == 1 ? "" : "s", status.threads,
                     status.threads == 1 ? "" : "s");
}

std::string pace_text(const RunStatus& status) {
  if (std::isnan(status.rate)) return "";
  const std::string eta =
      std::isnan(status.eta_seconds) ? "" : ", ETA " + clock_text(status.eta_seconds);
  return fmt::format("{:.3g} {} a second{}", status.rate, status.unit, eta);
}

std::string quality_text(const RunStatus& status) {
  if (std::isnan(status.acceptance)) return "";
  std::string text = fmt::format("acceptance {:.2g}", status.acceptance);
  if (status.phase == "train")
    return fmt::format("loss {}  batch ESS {}  {}", number_or_dash(status.loss, "{:.5g}"),
                       number_or_dash(status.ess, "{:.2g}"), text);
  return text + fmt::format("  tau {}  R-hat {}  ESS {}  {} {}",
                            with_error(status.tau_int, status.tau_int_error),
                            number_or_dash(status.rhat, "{:.3f}"), short_count(status.ess),
                            status.observable, with_error(status.mean, status.error));
}

std::string saved_text(const RunStatus& status) {
  if (archive::utc_time(status.updated) < 0) return "";
  const std::string last = archive::utc_time(status.checkpoint) < 0
                               ? "no checkpoint yet"
                               : "checkpoint " + age_text(status.checkpoint);
  return fmt::format("{}; this state {}", last, age_text(status.updated));
}

std::string tasks_text(const RunState& state) {
  TextTable table({"task", "state", "phase", "done", "of", "", "ETA"});
  for (const RunState& task : state.tasks) {
    const RunStatus& s = task.status;
    const bool is_begun = s.state != "waiting";
    table.add(
        {task.directory.string(), s.state, is_begun ? s.phase : "-", is_begun ? whole(s.done) : "-",
         is_begun ? whole(s.total) : "-", is_begun ? s.unit : "",
         std::isnan(s.eta_seconds) || s.state != "running" ? "-" : clock_text(s.eta_seconds)});
  }
  return table.text();
}

JsonLine json_of(const RunState& state) {
  JsonLine json = status_json(state.status);
  json.add("percent", percent_of(state.status));
  json.add("checkpoint_age_seconds", age_of(state.status.checkpoint));
  return json.add("status_age_seconds", age_of(state.status.updated));
}

}  // namespace

std::string place_text(const RunStatus& status) {
  if (!(status.total > 0)) return status.phase;
  return fmt::format("{}, {} of {} {} ({} %)", status.phase, whole(status.done),
                     whole(status.total), status.unit, whole(percent_of(status)));
}

std::string state_text(const RunState& state) {
  const RunStatus& status = state.status;
  std::string text =
      fmt::format("{}: {}; {}\n", state.directory.string(), status.state, place_text(status));
  text += line("process", process_text(state));
  if (state.tasks.empty()) {
    if (status.state == "running") text += line("pace", pace_text(status));
    text += line("quality", quality_text(status));
    text += line("saved", saved_text(status));
  }
  text += line("reason", status.reason);
  if (status.state == "killed")
    text += line("", "its process is gone without a word: the same command again resumes");
  if (status.state == "stopped" && status.reason.empty())
    text += line("", "the same command again resumes");
  if (status.state == "waiting")
    text +=
        line("", "nobody is at work: nmc run JOB --tasks LIST, or without --tasks for the rest");
  return state.tasks.empty() ? text : text + "\n" + tasks_text(state);
}

std::string state_json(const RunState& state) {
  JsonLine head;
  head.add("name", "run").add("directory", state.directory.string());
  std::string text = "{" + head.members() + ", " + json_of(state).members() + "}\n";
  for (const RunState& task : state.tasks) {
    JsonLine own;
    own.add("name", "task").add("directory", (state.directory / task.directory).string());
    own.add("task", task.directory.string());
    text += "{" + own.members() + ", " + json_of(task).members() + "}\n";
  }
  return text;
}

}  // namespace nmc::drivers
