#include <fmt/format.h>

#include <cmath>

#include "drivers/format.hpp"
#include "drivers/report/report.hpp"
#include "drivers/report/summary_json.hpp"
#include "drivers/text_table.hpp"

namespace nmc::drivers {
namespace {

std::string table_text(const Report& report) {
  TextTable table({"observable", "mean", "tau", "ESS bulk", "R-hat", "exact", "z"});
  for (const ReportLine& line : report.lines) {
    const auto& s = line.summary;
    const std::string tau = with_error(s.tau_int, s.tau_int_error) + (s.window_found ? "" : " +");
    table.add({line.name, with_error(s.mean, s.error), tau, short_count(s.ess_bulk),
               number_or_dash(s.rhat, "{:.4f}"), exact_text(line.exact),
               number_or_dash(line.z, "{:+.2f}")});
  }
  return table.text();
}

// What a reader must know before believing an error bar (Vehtari et al. 2021: R-hat below 1.01).
std::string warning_text(const Report& report) {
  constexpr double kMostRhat = 1.01;
  double worst = 0;
  for (const ReportLine& line : report.lines) worst = std::fmax(worst, line.summary.rhat);
  std::string where;
  if (report.ladder && worst <= kMostRhat)
    for (const RungReport& rung : report.ladder->rungs)
      for (const ReportLine& line : rung.lines)
        if (line.summary.rhat > std::fmax(worst, kMostRhat)) {
          worst = line.summary.rhat;
          where = fmt::format(" at beta {:.6g}", rung.beta);
        }
  if (worst <= kMostRhat) return "";
  return fmt::format(
      "R-hat of {:.3f}{} is above {}: the chains disagree and the errors are too small; slow "
      "chains need more run.draws, chains that stay where they began another sampler, as "
      "tempering\n",
      worst, where, kMostRhat);
}

// A variance estimated from weights of which one dominates is itself too small.
std::string heavy_weight_warning(const statistics::WeightSummary& w) {
  constexpr double kMostOfOne = 0.01;
  const double share = w.w_max_over_mean / static_cast<double>(w.draws);
  if (!carries_error_bar(w) || share <= kMostOfOne) return "";
  return fmt::format(
      "\n         one draw of {} carries {:.1f} % of the weight: this error is too small; train "
      "longer or with objective = mixed",
      w.draws, 100 * share);
}

std::string importance_text(const NetworkReport& network) {
  const statistics::ImportanceEnergy& of = network.importance;
  if (!std::isfinite(of.energy) || !carries_error_bar(network.weights)) return "";
  return fmt::format(
      "\n         energy {}, free energy {}, entropy {}", with_error(of.energy, of.energy_error),
      with_error(of.free_energy, of.free_energy_error), with_error(of.entropy, of.entropy_error));
}

std::string network_text(const NetworkReport& network) {
  const auto& w = network.weights;
  std::string text = fmt::format(
      "\nnetwork  loss {:.6g}  importance ESS {:.3g} ({:.0f} of {})  acceptance {:.3g}  "
      "w_max/<w> {:.3g}\n",
      -w.mean_log, w.ess_fraction, w.ess_fraction * static_cast<double>(w.draws), w.draws,
      network.acceptance, w.w_max_over_mean);
  if (carries_error_bar(w))
    text +=
        fmt::format("lnZ      {} by importance sampling", with_error(w.log_mean, w.log_mean_error));
  else
    text += "lnZ      " + low_ess_message(w);
  text += heavy_weight_warning(w);
  text += fmt::format("\n         lower bound {}", with_error(w.mean_log, w.mean_log_error));
  if (std::isfinite(network.lnZ_upper))
    text += fmt::format(", upper bound {}", with_error(network.lnZ_upper, network.lnZ_upper_error));
  text += importance_text(network);
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

std::string sampler_json(const SamplerReport& report) {
  JsonLine json;
  json.add("name", "sampler")
      .add("acceptance", report.acceptance)
      .add("longest_rejection_run", report.longest_rejection_run)
      .add("divergences", report.divergences);
  return json.text();
}

}  // namespace

std::string report_text(const Report& report) {
  std::string text = report.title + "\n";
  text += fmt::format("exact: {}\n\n", report.exact_method);
  if (!report.lines.empty()) {
    text += report.refusal.empty() ? table_text(report) : report.refusal + "\n";
    text += fmt::format("\nacceptance {}  longest rejection run {}  divergences {}\n",
                        number_or_dash(report.sampler.acceptance, "{:.4f}"),
                        report.sampler.longest_rejection_run, report.sampler.divergences);
    text += parts_text(report.sampler);
    text += warning_text(report);
  }
  if (report.ground_state) text += ground_state_text(*report.ground_state);
  if (report.network) text += network_text(*report.network);
  if (report.ladder) text += ladder_text(*report.ladder);
  text +=
      "tau = 1/2 for independent draws (+: chains too short, a lower bound); ESS and R-hat as in\n"
      "Vehtari et al. 2021\n";
  return text;
}

std::string report_json(const Report& report) {
  std::string text;
  for (const ReportLine& line : report.lines) {
    const bool is_refused = !report.refusal.empty();
    JsonLine json = summary_json(line.name, is_refused ? statistics::ChainSummary{} : line.summary);
    json.add("exact", line.exact.value_or(statistics::not_a_number))
        .add("z", is_refused ? statistics::not_a_number : line.z);
    if (is_refused) json.add("refused", report.refusal);
    text += json.text() + "\n";
  }
  if (!report.lines.empty()) text += sampler_json(report.sampler) + "\n";
  for (const PartReport& part : report.sampler.parts) text += part_json(part) + "\n";
  if (report.ladder) text += ladder_json(*report.ladder);
  if (report.ground_state) text += ground_state_json(*report.ground_state);
  if (!report.network) return text;
  const auto& w = report.network->weights;
  const bool is_usable = carries_error_bar(w);
  JsonLine json;
  json.add("name", "network")
      .add("loss", -w.mean_log)
      .add("ess", w.ess_fraction)
      .add("acceptance", report.network->acceptance)
      .add("w_max", w.w_max_over_mean)
      .add("lnZ", is_usable ? w.log_mean : statistics::not_a_number)
      .add("lnZ_error", is_usable ? w.log_mean_error : statistics::not_a_number)
      .add("lnZ_lower", w.mean_log)
      .add("lnZ_upper", report.network->lnZ_upper)
      .add("lnZ_exact", report.network->lnZ_exact.value_or(statistics::not_a_number));
  const statistics::ImportanceEnergy& of = report.network->importance;
  if (is_usable && std::isfinite(of.energy))
    json.add("energy", of.energy)
        .add("energy_error", of.energy_error)
        .add("free_energy", of.free_energy)
        .add("free_energy_error", of.free_energy_error)
        .add("entropy", of.entropy)
        .add("entropy_error", of.entropy_error);
  if (!is_usable) json.add("refused", low_ess_message(w));
  return text + json.text() + "\n";
}

}  // namespace nmc::drivers
