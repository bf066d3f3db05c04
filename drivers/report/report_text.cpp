#include <fmt/format.h>

#include <cmath>

#include "drivers/format.hpp"
#include "drivers/report/observable_rows.hpp"
#include "drivers/report/reduced_lines.hpp"
#include "drivers/report/report.hpp"
#include "drivers/report/summary_json.hpp"
#include "drivers/text_table.hpp"

namespace nmc::drivers {
namespace {

std::string table_text(const Report& report) {
  const std::vector<std::vector<std::string>> rows = observable_rows(report);
  TextTable table(rows.front());
  for (std::size_t i = 1; i < rows.size(); ++i) table.add(rows[i]);
  return table.text();
}

// "sampler  20 steps per draw, step size 0.123, 10 leapfrog steps, 12.3 CPU s (0:00:07)".
std::string sampler_text(const SamplerReport& sampler) {
  std::string text = fmt::format("sampler  {} step{} per draw", sampler.steps_per_draw,
                                 sampler.steps_per_draw == 1 ? "" : "s");
  if (std::isfinite(sampler.step_size))
    text += fmt::format(", step size {:.4g}", sampler.step_size);
  if (sampler.n_steps > 0) text += fmt::format(", {} leapfrog steps", sampler.n_steps);
  text += fmt::format(", {:.4g} CPU s in {}", sampler.sample.cpu_seconds,
                      clock_text(sampler.sample.wall_seconds));
  if (sampler.train.cpu_seconds > 0)
    text += fmt::format(", training {:.4g} CPU s", sampler.train.cpu_seconds);
  if (!sampler.fitted.empty()) text += "\nfitted   " + sampler.fitted;
  return text + "\n";
}

std::string importance_text(const NetworkReport& network) {
  const statistics::ImportanceEnergy& of = network.importance;
  if (!std::isfinite(of.energy)) return "";
  return fmt::format(
      "\n         energy {}, free energy {}, entropy {}", with_error(of.energy, of.energy_error),
      with_error(of.free_energy, of.free_energy_error), with_error(of.entropy, of.entropy_error));
}

std::string forward_text(const NetworkReport& network) {
  if (!network.forward)
    return fmt::format("         Pareto k {}\n", number_or_dash(network.pareto_k, "{:.2f}"));
  const ForwardReport& forward = *network.forward;
  std::string text =
      fmt::format("         forward ESS {:.3g} ({} configurations of {})  Pareto k {}, {}\n",
                  forward.weights.ess_fraction, forward.weights.draws, forward.sampler,
                  number_or_dash(network.pareto_k, "{:.2f}"),
                  number_or_dash(forward.weights.pareto_k, "{:.2f}"));
  if (std::isfinite(forward.only_beta))
    text += fmt::format(
        "         of beta {:.6g} alone: whether the network misses a part at the other "
        "temperatures is not asked\n",
        forward.only_beta);
  return text;
}

std::string network_text(const NetworkReport& network, bool is_hidden) {
  const auto& w = network.weights;
  std::string text = fmt::format(
      "\nnetwork  loss {:.6g}  importance ESS {:.3g} ({:.0f} of {})  acceptance {:.3g}  "
      "w_max/<w> {:.3g}\n",
      -w.mean_log, w.ess_fraction, w.ess_fraction * static_cast<double>(w.draws), w.draws,
      network.acceptance, w.w_max_over_mean);
  text += forward_text(network);
  if (std::isfinite(network.mmd))
    text += fmt::format("         MMD squared {:.3g} from the data\n", network.mmd);
  text += "lnZ      ";
  text +=
      is_hidden ? "refused" : with_error(w.log_mean, w.log_mean_error) + " by importance sampling";
  text += fmt::format("\n         lower bound {}", with_error(w.mean_log, w.mean_log_error));
  if (std::isfinite(network.lnZ_upper))
    text += fmt::format(", upper bound {}", with_error(network.lnZ_upper, network.lnZ_upper_error));
  if (!is_hidden) text += importance_text(network);
  if (network.lnZ_exact)
    text += fmt::format("\n         exact {:.9g}, gap {:.4g} nats", *network.lnZ_exact,
                        *network.lnZ_exact - w.mean_log);
  return text + "\n";
}

// "parts    metropolis: 500 runs, acceptance 0.5012, 33 % of the CPU time".
std::string parts_text(const SamplerReport& sampler) {
  double total = 0;
  for (const PartReport& part : sampler.parts) total += part.cpu_seconds;
  std::string text;
  for (const PartReport& part : sampler.parts)
    text += fmt::format("{:<8} {}: {} runs, acceptance {}, {:.0f} % of the CPU time\n",
                        text.empty() ? "parts" : "", part.name, part.runs,
                        number_or_dash(part.acceptance, "{:.4f}"), 100 * part.cpu_seconds / total);
  return text;
}

std::string part_json(const PartReport& part) {
  JsonLine json;
  json.add("name", "part")
      .add("part", part.name)
      .add("runs", part.runs)
      .add("acceptance", part.acceptance)
      .add("cpu_seconds", part.cpu_seconds);
  return json.text();
}

std::string sampler_json(const SamplerReport& report,
                         const std::optional<ProposalChains>& proposals) {
  JsonLine json;
  json.add("name", "sampler")
      .add("acceptance", report.acceptance)
      .add("longest_rejection_run", report.longest_rejection_run)
      .add("divergences", report.divergences)
      .add("steps_per_draw", report.steps_per_draw)
      .add("step_size", report.step_size)
      .add("n_steps", report.n_steps)
      .add("cpu_seconds", report.sample.cpu_seconds)
      .add("wall_seconds", report.sample.wall_seconds)
      .add("train_cpu_seconds", report.train.cpu_seconds)
      .add("train_wall_seconds", report.train.wall_seconds);
  if (!report.fitted.empty()) json.add("fitted", report.fitted);
  if (proposals) json.add("never_moved", proposals->never_moved);
  return json.text();
}

std::string network_json(const NetworkReport& network, const Findings& findings) {
  const auto& w = network.weights;
  const bool is_hidden = is_refused(findings, {"lnZ"});
  JsonLine json;
  json.add("name", "network")
      .add("loss", -w.mean_log)
      .add("ess", w.ess_fraction)
      .add("acceptance", network.acceptance)
      .add("w_max", w.w_max_over_mean)
      .add("ess_forward",
           network.forward ? network.forward->weights.ess_fraction : statistics::not_a_number)
      .add("forward_only_beta",
           network.forward ? network.forward->only_beta : statistics::not_a_number)
      .add("pareto_k", network.pareto_k)
      .add("mmd", network.mmd)
      .add("pareto_k_forward",
           network.forward ? network.forward->weights.pareto_k : statistics::not_a_number)
      .add("lnZ", is_hidden ? statistics::not_a_number : w.log_mean)
      .add("lnZ_error", is_hidden ? statistics::not_a_number : w.log_mean_error)
      .add("lnZ_lower", w.mean_log)
      .add("lnZ_upper", network.lnZ_upper)
      .add("lnZ_exact", network.lnZ_exact.value_or(statistics::not_a_number));
  const statistics::ImportanceEnergy& of = network.importance;
  if (!is_hidden && std::isfinite(of.energy))
    json.add("energy", of.energy)
        .add("energy_error", of.energy_error)
        .add("free_energy", of.free_energy)
        .add("free_energy_error", of.free_energy_error)
        .add("entropy", of.entropy)
        .add("entropy_error", of.entropy_error);
  add_findings(findings, {"lnZ"}, json);
  return json.text();
}

}  // namespace

std::string report_text(const Report& report) {
  std::string text = report.title + "\n";
  text += fmt::format("exact: {}\n\n", report.exact_method);
  if (!report.lines.empty()) {
    text += table_text(report);
    text += reduced_text(report.lines, report.findings);
    text += fmt::format("\nacceptance {}  longest rejection run {}  divergences {}\n",
                        number_or_dash(report.sampler.acceptance, "{:.4f}"),
                        report.sampler.longest_rejection_run, report.sampler.divergences);
    text += sampler_text(report.sampler);
    text += parts_text(report.sampler);
    text += stop_text(report.stop);
  }
  if (report.ground_state) text += ground_state_text(*report.ground_state);
  if (report.network) text += network_text(*report.network, is_refused(report.findings, {"lnZ"}));
  if (report.ladder) text += ladder_text(*report.ladder, report.findings);
  text += findings_text(report.findings);
  text +=
      "tau = 1/2 for independent draws (+: chains too short, a lower bound); ESS and R-hat as in\n"
      "Vehtari et al. 2021; CPU s/eff: CPU seconds of the sampling per effective draw, of which "
      "there\n"
      "are draws / 2 tau\n";
  return text;
}

std::string report_json(const Report& report) {
  std::string text;
  for (const ReportLine& line : report.lines)
    text += line_json(line, report.findings)
                .add("cpu_seconds_per_effective_draw", is_refused(report.findings, {line.name})
                                                           ? statistics::not_a_number
                                                           : cost_of(line, report.sampler))
                .text() +
            "\n";
  if (!report.lines.empty()) text += sampler_json(report.sampler, report.proposals) + "\n";
  for (const PartReport& part : report.sampler.parts) text += part_json(part) + "\n";
  text += stop_json(report.stop);
  if (report.ladder) text += ladder_json(*report.ladder, report.findings);
  if (report.ground_state) text += ground_state_json(*report.ground_state);
  text += verdict_json(report.findings);
  if (report.network) text += network_json(*report.network, report.findings) + "\n";
  return text;
}

}  // namespace nmc::drivers
