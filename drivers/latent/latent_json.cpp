#include <cmath>

#include "drivers/json_line.hpp"
#include "drivers/latent/latent_report.hpp"

namespace nmc::drivers::latent {
namespace {

using statistics::Estimate;

std::int64_t integer(Index value) {
  return static_cast<std::int64_t>(value);
}

void add(JsonLine& json, const std::string& name, const Estimate& estimate) {
  json.add(name, estimate.value).add(name + "_error", estimate.error);
}

void add_information(JsonLine& json, const std::string& of,
                     const statistics::MutualInformation& information) {
  add(json, of, information.neighbours);
  add(json, of + "_gaussian", information.gaussian);
  json.add(of + "_shuffled", information.shuffled).add(of + "_halves", information.halves);
}

std::string network_line(const Report& report) {
  JsonLine json;
  json.add("name", "network")
      .add("title", report.title)
      .add("model", report.model)
      .add("sites", integer(report.map.sites()))
      .add("layers", integer(report.map.layers))
      .add("levels", integer(report.map.levels))
      .add("branches", integer(report.branches))
      .add("global_layers", integer(std::ssize(report.map.global)))
      .add("notes", report.notes);
  if (report.fields)
    json.add("outside_cone", integer(report.fields->outside))
        .add("most_outside_cone", report.fields->most_outside)
        .add("jacobian_draws", integer(report.fields->z.rows()))
        .add("jacobian_cpu_seconds", report.fields->cpu_seconds);
  if (report.dependence)
    json.add("origin", report.origin)
        .add("draws", integer(report.dependence->draws))
        .add("ks_limit", report.dependence->limit);
  return json.text() + "\n";
}

std::string level_line(const Report& report, std::size_t place) {
  const LevelLine& line = report.pass.lines[place];
  JsonLine json;
  json.add("name", "level").add("level", integer(line.level)).add("kept", integer(line.latents));
  add(json, "log_q_per_site", line.log_q);
  for (std::size_t i = 0; i < report.pass.names.size(); ++i) {
    const std::string& name = report.pass.names[i];
    add(json, name, line.at_mean[i]);
    add(json, name + "_explained", line.explained[i]);
    if (report.explained) add(json, name + "_r2", report.explained->lines[place].r2[i]);
  }
  if (report.fields) {
    const LevelReach& reach = report.fields->levels[place];
    json.add("latents", integer(reach.latents))
        .add("cone", reach.cone)
        .add("radius", reach.radius)
        .add("variance", reach.variance);
  }
  if (report.dependence) {
    const LevelNormality& normality = report.dependence->levels[place];
    json.add("z_mean_rms", normality.mean.mean)
        .add("z_variance", normality.mean.variance)
        .add("z_skewness_rms", normality.mean.skewness)
        .add("z_kurtosis", normality.mean.kurtosis)
        .add("z_ks", normality.mean.distance)
        .add("z_ks_worst", normality.worst_distance)
        .add("z_correlation", normality.covariance)
        .add("z_correlation_to_others", normality.to_others);
  }
  return json.text() + "\n";
}

/// Values of the collective variables, with their errors.
void add_all(JsonLine& json, const std::vector<std::string>& names,
             const std::vector<Estimate>& values, const std::string& suffix = "") {
  for (std::size_t i = 0; i < names.size(); ++i) add(json, names[i] + suffix, values[i]);
}

std::string effective_lines(const Effective& effective) {
  std::string text;
  for (const EffectiveLine& line : effective.lines) {
    JsonLine json;
    json.add("name", "effective").add("level", integer(line.level)).add("kept", integer(line.kept));
    for (std::size_t i = 0; i < kMonomials; ++i) add(json, kMonomialNames[i], line.couplings[i]);
    add(json, "r2", line.r2);
    text += json.text() + "\n";
  }
  for (const ReweightedLine& line : effective.checks) {
    JsonLine json;
    json.add("name", "reweighted").add("weights", line.weights).add("ess_fraction", line.ess);
    add_all(json, effective.names, line.means);
    text += json.text() + "\n";
  }
  return text;
}

std::string walk_lines(const Walks& walks) {
  std::string text;
  const auto add_point = [&](JsonLine json, const WalkPoint& point) {
    json.add("at", point.at);
    add_all(json, walks.names, point.means);
    text += json.text() + "\n";
  };
  const auto named = [](const std::string& kind) {
    JsonLine json;
    json.add("name", "walk").add("walk", kind);
    return json;
  };
  for (const LatentWalk& walk : walks.alone)
    for (const WalkPoint& point : walk.points)
      add_point(
          named("alone").add("latent", integer(walk.latent)).add("level", integer(walk.level)),
          point);
  for (const WalkPoint& point : walks.sphere) add_point(named("sphere"), point);
  for (const WalkPoint& point : walks.line) add_point(named("line"), point);
  for (const Arithmetic& of : walks.arithmetic) {
    JsonLine json;
    json.add("name", "arithmetic").add("space", of.space);
    add_all(json, walks.names, of.means);
    add_all(json, walks.names, of.correlation, "_correlation");
    text += json.text() + "\n";
  }
  return text;
}

}  // namespace

std::string report_json(const Report& report) {
  std::string text = network_line(report);
  for (std::size_t place = 0; place < report.pass.lines.size(); ++place)
    text += level_line(report, place);
  for (const HmcTrace& trace : report.traces)
    for (std::size_t i = 0; i < trace.names.size(); ++i) {
      JsonLine json;
      json.add("name", "trace").add("sampler", trace.sampler).add("observable", trace.names[i]);
      add(json, "tau_int", {trace.summaries[i].tau_int, trace.summaries[i].tau_int_error});
      json.add("cpu_seconds_per_step", trace.seconds_per_step)
          .add("cpu_seconds_per_value", 2 * trace.summaries[i].tau_int * trace.seconds_per_step);
      text += json.text() + "\n";
    }
  if (report.effective) text += effective_lines(*report.effective);
  if (report.walks) text += walk_lines(*report.walks);
  if (!report.dependence) return text;
  for (const PairInformation& line : report.dependence->information) {
    JsonLine json;
    json.add("name", "information")
        .add("level", integer(line.level))
        .add("distance", integer(line.distance))
        .add("pairs", integer(line.pairs));
    add_information(json, "latents", line.latents);
    add_information(json, "sites", line.sites);
    text += json.text() + "\n";
  }
  return text;
}

}  // namespace nmc::drivers::latent
