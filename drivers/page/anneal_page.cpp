#include <fmt/format.h>

#include "drivers/page/beta_curves.hpp"
#include "drivers/page/document.hpp"
#include "drivers/page/pages.hpp"
#include "drivers/page/run_sections.hpp"
#include "drivers/page/words.hpp"

namespace nmc::drivers::page {
namespace {

const char* axis_letter(const AnnealReport& report) {
  return report.is_path ? "λ" : "β";
}

figures::Figure quality_figure(const AnnealReport& report) {
  figures::Figure figure{"Quality of the population", "", {axis_letter(report)}, {"share"}, {}};
  figures::Series culled{"culled in a step", figures::Mark::both, {}, {}, {}, 0};
  figures::Series ess{"ESS of the weights", figures::Mark::both, {}, {}, {}, 0};
  for (const AnnealStep& step : report.steps) {
    culled.x.push_back(step.beta);
    culled.y.push_back(step.culled);
    ess.x.push_back(step.beta);
    ess.y.push_back(step.ess);
  }
  figure.description = fmt::format("{} over {} steps.", report.resamples ? culled.name : ess.name,
                                   report.steps.size());
  figure.series.push_back(report.resamples ? std::move(culled) : std::move(ess));
  return figure;
}

}  // namespace

std::string anneal_page(const AnnealReport& report) {
  Document page(report.title, fmt::format("{} of a population of {}",
                                          count_words(report.runs, "run"), report.population));
  page.add(verdict_section(report.findings, ""));
  Section curves("temperatures", report.is_path ? "Path" : "Temperatures");
  std::vector<std::string> names{"lnZ"};
  names.insert(names.end(), report.observables.begin(), report.observables.end());
  for (const std::string& name : names) {
    const BetaCurve found = anneal_curve(report, name);
    curves.figure(curves_figure({found.curve}, {name, found.axis, found.note()}));
  }
  curves.figure(quality_figure(report));
  page.add(curves);
  Section text("report", "Report");
  text.folded("the report as text", anneal_text(report));
  page.add(text);
  return page.html();
}

}  // namespace nmc::drivers::page
