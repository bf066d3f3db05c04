#include <fmt/format.h>

#include "drivers/page/document.hpp"
#include "drivers/page/pages.hpp"
#include "drivers/page/run_sections.hpp"
#include "drivers/page/words.hpp"

namespace nmc::drivers::page {
namespace {

// "16 chains of 600 draws".
std::string size_words(const RunFile& run) {
  if (run.posterior.empty()) return "";
  const DrawColumn& first = run.posterior.front();
  return fmt::format("{} of {}", count_words(first.chains(), "chain"),
                     count_words(first.draws(), "draw"));
}

std::string subtitle(const RunFile& run) {
  std::string text = run.file->path();
  const auto add = [&](const std::string& words) {
    if (!words.empty()) text += " · " + words;
  };
  add(size_words(run));
  if (!run.provenance.phases.empty()) add(run.provenance.phases.back().ended);
  return text;
}

}  // namespace

std::string run_page(const RunFile& run, const Report& report, const std::string& note) {
  const PageRun of{run, report};
  Document page(report.title, subtitle(run));
  for (const Section& section :
       {verdict_section(report.findings, note), observables_section(report), ladder_section(report),
        network_section(of), training_section(of), search_section(of), draws_section(of),
        configurations_section(run), correlations_section(run), cost_section(of),
        provenance_section(of)})
    page.add(section);
  return page.html();
}

}  // namespace nmc::drivers::page
