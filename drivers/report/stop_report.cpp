#include "drivers/report/stop_report.hpp"

#include <fmt/format.h>

namespace nmc::drivers {
namespace {

constexpr const char* kPosterior = "/posterior";

}  // namespace

void write_stop(archive::File& file, const StopReport& stop) {
  if (stop.judgement.empty()) return;
  file.set_attribute(kPosterior, "stop", stop.judgement);
  file.set_attribute(kPosterior, "stop_met", static_cast<std::int64_t>(stop.is_met ? 1 : 0));
  file.set_attribute(kPosterior, "most_draws", static_cast<std::int64_t>(stop.most));
}

StopReport read_stop(const archive::File& file) {
  StopReport stop;
  if (!file.has(kPosterior) || !file.has_attribute(kPosterior, "stop")) return stop;
  stop.judgement = file.string_attribute(kPosterior, "stop");
  stop.is_met = file.int_attribute(kPosterior, "stop_met") != 0;
  stop.most = file.int_attribute(kPosterior, "most_draws");
  stop.draws = file.shape("/posterior/draw").at(0);
  return stop;
}

std::string stop_text(const StopReport& stop) {
  if (stop.judgement.empty()) return "";
  return fmt::format("stop     at draw {} of at most {}: {}\n", stop.draws, stop.most,
                     stop.judgement);
}

std::string stop_json(const StopReport& stop) {
  if (stop.judgement.empty()) return "";
  JsonLine json;
  json.add("name", "stop")
      .add("judgement", stop.judgement)
      .add("is_met", stop.is_met)
      .add("draws", stop.draws)
      .add("most_draws", stop.most);
  return json.text() + "\n";
}

Findings judge_stop_report(const StopReport& stop) {
  if (stop.judgement.empty() || stop.is_met) return {};
  Finding finding;
  finding.check = "stop";
  finding.about = kEveryObservable;
  finding.message = fmt::format(
      "[stop] was not reached in run.draws = {} ({}): raise run.draws and run again, which goes on",
      stop.draws, stop.judgement);
  finding.value = static_cast<double>(stop.draws);
  finding.limit = static_cast<double>(stop.most);
  return {finding};
}

}  // namespace nmc::drivers
