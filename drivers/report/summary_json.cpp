#include "drivers/report/summary_json.hpp"

#include "drivers/report/judge_lines.hpp"

namespace nmc::drivers {

JsonLine summary_json(const std::string& name, const statistics::ChainSummary& s) {
  JsonLine json;
  json.add("name", name)
      .add("mean", s.mean)
      .add("error", s.error)
      .add("tau_int", s.tau_int)
      .add("tau_int_error", s.tau_int_error)
      .add("rhat", s.rhat)
      .add("rhat_bulk", s.rhat_bulk)
      .add("rhat_folded", s.rhat_folded)
      .add("ess_bulk", s.ess_bulk)
      .add("ess_tail", s.ess_tail)
      .add("mcse_mean", s.mcse_mean)
      .add_raw("tau_clamped", s.is_clamped ? "true" : "false");
  return json;
}

JsonLine line_json(const ReportLine& line, const Findings& findings, double beta) {
  statistics::ChainSummary s = line.summary;
  const bool is_hidden = is_refused(findings, {line.name, beta});
  if (is_hidden) s.mean = s.error = s.mcse_mean = statistics::not_a_number;
  JsonLine json = summary_json(line.name, s);
  json.add("exact", line.exact.value_or(statistics::not_a_number))
      .add("z", is_hidden ? statistics::not_a_number : line.z);
  if (const ReducedMean* reduced = shown_reduced(line, findings, beta))
    json.add("reduced", reduced->mean)
        .add("reduced_error", reduced->error)
        .add("variance_ratio", reduced->variance_ratio)
        .add("reduced_z", reduced->z);
  add_findings(findings, {line.name, beta}, json);
  return json;
}

}  // namespace nmc::drivers
