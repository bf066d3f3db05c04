#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>

#include "core/errors.hpp"
#include "drivers/anneal/anneal_report.hpp"
#include "drivers/job/job.hpp"
#include "drivers/report/report.hpp"
#include "drivers/report/sweep_report.hpp"
#include "drivers/run/run_state.hpp"
#include "drivers/run/unfinished_run.hpp"
#include "drivers/terminal.hpp"
#include "drivers/verbs/run_kind.hpp"
#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {

namespace {

// A run that lives, or was stopped: what its checkpoints hold.
std::optional<int> report_unfinished(const Invocation& call,
                                     const std::filesystem::path& directory) {
  if (!std::filesystem::is_directory(directory)) return std::nullopt;
  const auto run = read_unfinished_run(directory, call.ranks);
  if (!run) return std::nullopt;
  const RunState state = read_run_state(directory);
  std::string text = call.line.has("json")
                         ? state_json(state)
                         : "in progress, " +
                               (run->draws == 0 ? "no draws yet\n"
                                                : fmt::format("{} of {} draws on the disk\n",
                                                              run->draws, run->total)) +
                               state_text(state);
  bool is_refused = false;
  if (run->file) {
    const Report report = make_report(*run->file);
    text += call.line.has("json") ? report_json(report) : "\n" + report_text(report);
    is_refused = has_refusal(report.findings);
  }
  std::fputs(text.c_str(), stdout);
  return is_refused ? kRefusedExit : 0;
}

}  // namespace

int report_verb(const Invocation& call) {
  require(call.line.positional.size() == 1, "nmc report takes one RUN: an output directory");
  require(call.line.value("html").empty(),
          "--html arrives with a later version; nmc report prints the table, --json its numbers");
  const std::filesystem::path run(call.line.positional[0]);
  const std::string other = not_a_run(run, "report");
  require(other.empty(), other);
  if (holds_sweep(run)) {
    const SweepReport sweep = read_sweep(run);
    std::fputs((call.line.has("json") ? sweep_json(sweep)
                                      : sweep_text(sweep, terminal_columns(STDOUT_FILENO)))
                   .c_str(),
               stdout);
    return has_refusal(sweep) ? kRefusedExit : 0;
  }
  if (const std::string annealing = annealing_of(run); !annealing.empty()) {
    const AnnealReport report = anneal_report(read_anneal(annealing));
    std::fputs((call.line.has("json") ? anneal_json(report) : anneal_text(report)).c_str(), stdout);
    return has_refusal(report.findings) ? kRefusedExit : 0;
  }
  if (const auto code = report_unfinished(call, run)) return *code;
  const Report report = make_report(read_run(run));
  std::fputs((call.line.has("json") ? report_json(report) : report_text(report)).c_str(), stdout);
  return has_refusal(report.findings) ? kRefusedExit : 0;
}

}  // namespace nmc::drivers
