#pragma once

#include "drivers/page/draw_figures.hpp"
#include "drivers/page/section.hpp"
#include "drivers/report/report.hpp"

/// The sections of the page of a run. One that has nothing to show is empty.
namespace nmc::drivers::page {

/// A report and the file that it is of.
struct PageRun {
  const RunFile& run;
  const Report& report;
};

/// What is refused and warned of, in words; `note` comes first.
[[nodiscard]] Section verdict_section(const Findings& findings, const std::string& note);
[[nodiscard]] Section observables_section(const Report& report);
/// Traces, running means, autocorrelation and ranks, observable by observable. Of one that is
/// refused the running mean, which is the number itself, is left out.
[[nodiscard]] Section draws_section(const PageRun& of);
/// The same of the first `most` observables, in less detail, added to the section of a task.
void add_draws(const PageRun& of, Index most, const Detail& detail, Section& section);
/// Weights, bounds of lnZ.
[[nodiscard]] Section network_section(const PageRun& of);
[[nodiscard]] Section training_section(const PageRun& of);
/// The search for a ground state.
[[nodiscard]] Section search_section(const PageRun& of);
[[nodiscard]] Section ladder_section(const Report& report);
[[nodiscard]] Section configurations_section(const RunFile& run);
[[nodiscard]] Section correlations_section(const RunFile& run);
/// Acceptance, steps, parts, CPU seconds.
[[nodiscard]] Section cost_section(const PageRun& of);
[[nodiscard]] Section provenance_section(const PageRun& of);

}  // namespace nmc::drivers::page
