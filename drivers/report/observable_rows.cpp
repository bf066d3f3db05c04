#include "drivers/report/observable_rows.hpp"

#include <cmath>

#include "drivers/format.hpp"
#include "drivers/report/cost.hpp"

namespace nmc::drivers {

double cost_of(const ReportLine& line, const SamplerReport& sampler) {
  const auto draws = static_cast<double>(line.summary.draws * line.summary.chains);
  return cost_of_draw(sampler.sample.cpu_seconds, draws, line.summary.tau_int);
}

std::vector<std::vector<std::string>> observable_rows(const Report& report) {
  std::vector<std::vector<std::string>> rows{
      {"observable", "mean", "tau", "ESS bulk", "R-hat", "exact", "z", "CPU s/eff"}};
  for (const ReportLine& line : report.lines) {
    const auto& s = line.summary;
    const bool is_lower_bound = !s.window_found && std::isfinite(s.tau_int);
    const std::string tau = with_error(s.tau_int, s.tau_int_error) + (is_lower_bound ? " +" : "");
    const bool is_hidden = is_refused(report.findings, {line.name});
    rows.push_back({line.name, is_hidden ? "refused" : with_error(s.mean, s.error), tau,
                    short_count(s.ess_bulk),
                    number_or_dash(s.rhat, s.rhat < 1000 ? "{:.4f}" : "{:.1g}"),
                    exact_text(line.exact), is_hidden ? "-" : number_or_dash(line.z, "{:+.2f}"),
                    is_hidden ? "-" : number_or_dash(cost_of(line, report.sampler), "{:.2g}")});
  }
  return rows;
}

}  // namespace nmc::drivers
