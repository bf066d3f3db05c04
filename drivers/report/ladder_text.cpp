#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "drivers/format.hpp"
#include "drivers/report/ladder_report.hpp"
#include "drivers/report/summary_json.hpp"
#include "drivers/text_table.hpp"

namespace nmc::drivers {
namespace {

// As the findings name the number: those of the system's own temperature are the run's.
Shown shown_at(const LadderReport& report, const RungReport& rung, const std::string& name) {
  return {name, beta_in_findings(report, rung)};
}

// The first observable of the table: energy where there is one.
std::size_t shown_line(const RungReport& rung) {
  for (std::size_t i = 0; i < rung.lines.size(); ++i)
    if (rung.lines[i].name == "energy") return i;
  return 0;
}

std::string observable_table(const LadderReport& report, const Findings& findings) {
  const std::size_t shown = shown_line(report.rungs.front());
  TextTable table({"beta", report.rungs.front().lines[shown].name, "tau", "R-hat", "exact", "z",
                   "swaps", "from hot"});
  for (const RungReport& rung : report.rungs) {
    const ReportLine& line = rung.lines[shown];
    const auto& s = line.summary;
    const bool is_hidden = is_refused(findings, shown_at(report, rung, line.name));
    table.add({fmt::format("{:.6g}", rung.beta),
               is_hidden ? "refused" : with_error(s.mean, s.error),
               with_error(s.tau_int, s.tau_int_error), number_or_dash(s.rhat, "{:.4f}"),
               exact_text(line.exact), is_hidden ? "-" : number_or_dash(line.z, "{:+.2f}"),
               number_or_dash(rung.swap_acceptance, "{:.3f}"),
               number_or_dash(rung.hot_fraction, "{:.2f}")});
  }
  return table.text();
}

std::string lnZ_table(const LadderReport& report, bool is_hidden) {
  const std::string head = report.is_absolute ? "lnZ" : "lnZ - lnZ(first)";
  TextTable table({"beta", head + " (integration)", "z", head + " (MBAR)", "z", "exact"});
  const auto z_of = [is_hidden](const Compared& lnZ) {
    return is_hidden ? "-" : number_or_dash(lnZ.z, "{:+.2f}");
  };
  for (const RungReport& rung : report.rungs) {
    const auto& [integrated, mbar] = std::tie(rung.lnZ_integrated, rung.lnZ_mbar);
    const std::string by_mbar = std::isfinite(mbar.value) ? with_error(mbar.value, mbar.error)
                                : report.is_binned        ? "bin = 1 only"
                                                          : "no overlap";
    table.add({fmt::format("{:.6g}", rung.beta),
               is_hidden ? "refused" : with_error(integrated.value, integrated.error),
               z_of(integrated), is_hidden ? "refused" : by_mbar, z_of(mbar),
               exact_text(rung.lnZ_exact)});
  }
  return table.text();
}

// A replica that makes no round trip has told the cold end nothing of the hot one.
std::string swap_text(const LadderReport& report) {
  std::string text = fmt::format(
      "\nround trips {:.0f}, one per replica and {} steps (without any memory {:.0f}), barrier "
      "{:.2f}\n",
      report.round_trips, short_count(report.round_trip_time), report.best_round_trip_time,
      report.barrier);
  const auto replicas = static_cast<double>(report.rungs.size());
  if (report.round_trips < replicas)
    text +=
        "fewer round trips than temperatures: the cold end has not heard from the hot one; more "
        "run.draws, or more replicas\n";
  return text;
}

// What is known at the system's own temperature beside the table.
std::string own_text(const LadderReport& report) {
  const RungReport& own = report.rungs[static_cast<std::size_t>(report.own_rung)];
  std::string text = fmt::format("at beta {:.6g} between {} and {}, since <E> falls with beta\n",
                                 own.beta, with_error(own.lnZ_lower.value, own.lnZ_lower.error),
                                 with_error(own.lnZ_upper.value, own.lnZ_upper.error));
  if (report.is_absolute && own.beta > 0)
    text += fmt::format("free energy {}, entropy {} (exact {}, z {})\n",
                        with_error(own.free_energy.value, own.free_energy.error),
                        with_error(own.entropy.value, own.entropy.error),
                        exact_text(own.exact ? own.exact->entropy : std::nullopt),
                        number_or_dash(own.entropy.z, "{:+.2f}"));
  return text;
}

// A number that is made of the energies of all rungs.
struct OfLadder {
  const char* name;
  const Compared& number;
  std::optional<double> exact;
};

JsonLine number_json(const LadderReport& report, const RungReport& rung, const OfLadder& of,
                     bool is_hidden) {
  const Compared number = is_hidden ? Compared{} : of.number;
  JsonLine json;
  json.add("name", of.name)
      .add("mean", number.value)
      .add("error", number.error)
      .add("beta", rung.beta)
      .add("relative_to_beta",
           report.is_absolute ? statistics::not_a_number : report.rungs.front().beta)
      .add("exact", of.exact.value_or(statistics::not_a_number))
      .add("z", number.z);
  return json;
}

std::string lnZ_json(const LadderReport& report, const RungReport& rung, const Findings& findings) {
  const bool is_hidden = is_refused(findings, {kLadderLnZ});
  std::string text;
  const auto add = [&](JsonLine json) {
    add_findings(findings, {kLadderLnZ}, json);
    text += json.text() + "\n";
  };
  const auto json_of = [&](const OfLadder& of) { return number_json(report, rung, of, is_hidden); };
  JsonLine integrated = json_of({"lnZ_integration", rung.lnZ_integrated, rung.lnZ_exact});
  const auto add_bound = [&](const std::string& name, const Compared& bound) {
    const Compared shown = is_hidden ? Compared{} : bound;
    integrated.add(name, shown.value).add(name + "_error", shown.error);
  };
  add_bound("lower", rung.lnZ_lower);
  add_bound("upper", rung.lnZ_upper);
  add(std::move(integrated));
  add(json_of({"lnZ_mbar", rung.lnZ_mbar, rung.lnZ_exact}));
  if (!report.is_absolute || rung.beta == 0) return text;
  std::optional<double> free_energy, entropy;
  if (rung.lnZ_exact) free_energy = -*rung.lnZ_exact / rung.beta;
  if (rung.exact) entropy = rung.exact->entropy;
  add(json_of({"free_energy", rung.free_energy, free_energy}));
  add(json_of({"entropy", rung.entropy, entropy}));
  return text;
}

std::string rung_json(const LadderReport& report, const RungReport& rung,
                      const Findings& findings) {
  std::string text;
  for (const ReportLine& line : rung.lines) {
    JsonLine json = line_json(line, findings, shown_at(report, rung, line.name).beta);
    text += json.add("beta", rung.beta).text() + "\n";
  }
  if (!report.has_lnZ) return text;
  return text + lnZ_json(report, rung, findings);
}

std::string json_list(const std::vector<double>& values) {
  std::vector<std::string> texts;
  for (const double value : values)
    texts.push_back(std::isfinite(value) ? fmt::format("{}", value) : "null");
  return fmt::format("[{}]", fmt::join(texts, ", "));
}

std::string swap_json(const LadderReport& report) {
  std::vector<double> betas, swaps, hot;
  for (const RungReport& rung : report.rungs) {
    betas.push_back(rung.beta);
    hot.push_back(rung.hot_fraction);
    swaps.push_back(rung.swap_acceptance);
  }
  swaps.pop_back();  // the coldest rung has no colder neighbour
  JsonLine json;
  json.add("name", "ladder")
      .add_raw("beta", json_list(betas))
      .add_raw("swap_acceptance", json_list(swaps))
      .add_raw("from_hot", json_list(hot))
      .add("round_trips", report.round_trips)
      .add("round_trip_time", report.round_trip_time)
      .add("best_round_trip_time", report.best_round_trip_time)
      .add("barrier", report.barrier);
  return json.text() + "\n";
}

}  // namespace

std::string ladder_text(const LadderReport& report, const Findings& findings) {
  std::string text = fmt::format("\n{}{}", observable_table(report, findings), swap_text(report));
  if (!report.has_lnZ) return text;
  const bool is_hidden = is_refused(findings, {kLadderLnZ});
  text += fmt::format("\n{}", lnZ_table(report, is_hidden));
  if (!is_hidden) text += own_text(report);
  if (!report.is_absolute)
    text += "the ladder does not begin at beta = 0, so lnZ is known up to a constant\n";
  return text;
}

std::string ladder_json(const LadderReport& report, const Findings& findings) {
  std::string text;
  const RungReport& own = report.rungs[static_cast<std::size_t>(report.own_rung)];
  for (const RungReport& rung : report.rungs)
    if (&rung != &own) text += rung_json(report, rung, findings);
  return text + rung_json(report, own, findings) + swap_json(report);
}

}  // namespace nmc::drivers
