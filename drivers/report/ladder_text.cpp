#include <fmt/format.h>

#include <cmath>
#include <tuple>
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

// One of the two estimates at a rung.
struct NamedLnZ {
  const char* name;
  const Compared& lnZ;
};

std::string lnZ_json(const LadderReport& report, const RungReport& rung, const NamedLnZ& named,
                     const Findings& findings) {
  const bool is_hidden = is_refused(findings, {kLadderLnZ});
  const Compared lnZ = is_hidden ? Compared{} : named.lnZ;
  JsonLine json;
  json.add("name", named.name)
      .add("mean", lnZ.value)
      .add("error", lnZ.error)
      .add("beta", rung.beta)
      .add("relative_to_beta",
           report.is_absolute ? statistics::not_a_number : report.rungs.front().beta)
      .add("exact", rung.lnZ_exact.value_or(statistics::not_a_number))
      .add("z", lnZ.z);
  add_findings(findings, {kLadderLnZ}, json);
  return json.text() + "\n";
}

std::string rung_json(const LadderReport& report, const RungReport& rung,
                      const Findings& findings) {
  std::string text;
  for (const ReportLine& line : rung.lines) {
    JsonLine json = line_json(line, findings, shown_at(report, rung, line.name).beta);
    text += json.add("beta", rung.beta).text() + "\n";
  }
  if (!report.has_lnZ) return text;
  return text + lnZ_json(report, rung, {"lnZ_integration", rung.lnZ_integrated}, findings) +
         lnZ_json(report, rung, {"lnZ_mbar", rung.lnZ_mbar}, findings);
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
  text += fmt::format("\n{}", lnZ_table(report, is_refused(findings, {kLadderLnZ})));
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
