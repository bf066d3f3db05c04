#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "core/archive/file.hpp"
#include "core/errors.hpp"
#include "drivers/anneal/anneal_report.hpp"
#include "drivers/job/job.hpp"
#include "drivers/report/report.hpp"
#include "drivers/report/sweep_report.hpp"
#include "drivers/terminal.hpp"
#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {

namespace {

/// Whether a path is a file of nmc anneal, whatever its name.
bool is_annealing(const std::filesystem::path& run) {
  return std::filesystem::is_regular_file(run) && archive::File::open(run.string()).has("/anneal");
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
  const bool is_anneal_file = is_annealing(run);
  const bool is_anneal = is_anneal_file || (!std::filesystem::exists(run / "result.h5") &&
                                            std::filesystem::exists(run / "anneal.h5"));
  if (is_anneal) {
    const AnnealReport report =
        anneal_report(read_anneal((is_anneal_file ? run : run / "anneal.h5").string()));
    std::fputs((call.line.has("json") ? anneal_json(report) : anneal_text(report)).c_str(), stdout);
    return has_refusal(report.findings) ? kRefusedExit : 0;
  }
  const Report report = make_report(read_run(run));
  std::fputs((call.line.has("json") ? report_json(report) : report_text(report)).c_str(), stdout);
  return has_refusal(report.findings) ? kRefusedExit : 0;
}

}  // namespace nmc::drivers
