#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "core/archive/publish.hpp"
#include "core/errors.hpp"
#include "drivers/anneal/anneal_report.hpp"
#include "drivers/job/job.hpp"
#include "drivers/machine/learned_file.hpp"
#include "drivers/page/pages.hpp"
#include "drivers/report/report.hpp"
#include "drivers/report/sweep_report.hpp"
#include "drivers/reweight/size_crossings.hpp"
#include "drivers/run/unfinished_run.hpp"
#include "drivers/status/run_state.hpp"
#include "drivers/terminal.hpp"
#include "drivers/tomography/tomography_file.hpp"
#include "drivers/verbs/learn.hpp"
#include "drivers/verbs/run_kind.hpp"
#include "drivers/verbs/tomography.hpp"
#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {

namespace {

using Render = std::function<std::string()>;

// Where the page goes: --output, a second word that ends as pages do, or beside the result.
std::filesystem::path page_path(const Invocation& call, const std::filesystem::path& run) {
  if (const std::string asked = call.line.value("output"); !asked.empty()) return asked;
  if (call.line.positional.size() > 1) return call.line.positional[1];
  return (std::filesystem::is_directory(run) ? run : run.parent_path()) / "report.html";
}

/// The three forms of a report, of which one is made.
struct Forms {
  Render text, json, page;
  bool is_refused = false;
};

int show(const Invocation& call, const Forms& forms) {
  if (call.line.has("html")) {
    const std::string path = page_path(call, call.line.positional[0]).string();
    archive::publish_text(path, forms.page());
    fmt::print("{}\n", path);
  } else {
    std::fputs((call.line.has("json") ? forms.json : forms.text)().c_str(), stdout);
  }
  return forms.is_refused ? kRefusedExit : 0;
}

// A run that lives, or was stopped: what its checkpoints hold.
std::optional<int> report_unfinished(const Invocation& call,
                                     const std::filesystem::path& directory) {
  if (!std::filesystem::is_directory(directory)) return std::nullopt;
  const auto run = read_unfinished_run(directory, call.ranks);
  if (!run) return std::nullopt;
  const RunState state = read_run_state(directory);
  const std::string head =
      "in progress, " + (run->draws == 0
                             ? "no draws yet\n"
                             : fmt::format("{} of {} draws on the disk\n", run->draws, run->total));
  require(run->file.has_value() || !call.line.has("html"),
          fmt::format("{} has no draws yet, of which a page could be made: nmc status {}",
                      directory.string(), directory.string()));
  std::optional<Report> report;
  if (run->file) report = make_report(*run->file);
  return show(
      call, {[&] { return head + state_text(state) + (report ? "\n" + report_text(*report) : ""); },
             [&] { return state_json(state) + (report ? report_json(*report) : ""); },
             [&] { return page::run_page(*run->file, *report, "The run is " + head); },
             report && has_refusal(report->findings)});
}

int report_sweep(const Invocation& call, const std::filesystem::path& run) {
  const SweepReport sweep = read_sweep(run);
  return show(call, {[&] {
                       return sweep_text(sweep, terminal_columns(STDOUT_FILENO)) +
                              crossings_text(size_crossings(sweep));
                     },
                     [&] { return sweep_json(sweep) + crossings_json(size_crossings(sweep)); },
                     [&] { return page::sweep_page(sweep); }, has_refusal(sweep)});
}

int report_annealing(const Invocation& call, const std::string& file) {
  const AnnealReport report = anneal_report(read_anneal(file));
  return show(call, {[&] { return anneal_text(report); }, [&] { return anneal_json(report); },
                     [&] { return page::anneal_page(report); }, has_refusal(report.findings)});
}

void require_words(const CommandLine& line) {
  const auto& words = line.positional;
  const bool is_page = line.has("html");
  require(words.size() == 1 || (is_page && words.size() == 2 && words[1].ends_with(".html")),
          "nmc report takes one RUN, an output directory; with --html a FILE.html as well");
  const std::string asked = line.value("output");
  require(asked.empty() || !is_page || asked.ends_with(".html"),
          fmt::format("-o {}: a page ends with .html, and replaces nothing of a run", asked));
  require(is_page || line.value("output").empty(),
          "-o is the file of a page: nmc report RUN --html -o FILE.html");
  require(!is_page || !line.has("json"), "--html and --json are two reports: ask for one of them");
}

}  // namespace

int report_verb(const Invocation& call) {
  require_words(call.line);
  const std::filesystem::path run(call.line.positional[0]);
  const std::string other = not_a_run(run, "report");
  require(other.empty(), other);
  if (holds_sweep(run)) return report_sweep(call, run);
  if (const std::string annealing = annealing_of(run); !annealing.empty())
    return report_annealing(call, annealing);
  if (const std::string learned = learned_file_of(run); !learned.empty()) {
    const Learned machine = read_learned(learned);
    return show(call, {[&] { return learned_text(machine); }, [&] { return learned_json(machine); },
                       [&] { return page::learned_page(machine); }, is_refused(machine)});
  }
  if (const std::string state = tomography_of(run); !state.empty()) {
    const LearnedState learned = read_learned_state(state);
    return show(call, {[&] { return learned_state_text(learned); },
                       [&] { return learned_state_json(learned); },
                       [&] { return page::tomography_page(learned); }, is_refused(learned)});
  }
  if (const auto code = report_unfinished(call, run)) return *code;
  const RunFile file = read_run(run);
  const Report report = make_report(file);
  return show(call,
              {[&] { return report_text(report); }, [&] { return report_json(report); },
               [&] { return page::run_page(file, report, ""); }, has_refusal(report.findings)});
}

}  // namespace nmc::drivers
