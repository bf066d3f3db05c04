#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "drivers/format.hpp"
#include "drivers/latent/latent_report.hpp"
#include "drivers/latent/latent_words.hpp"
#include "drivers/text_table.hpp"
#include "drivers/wrapped.hpp"

namespace nmc::drivers::latent {
namespace {

using statistics::Estimate;

std::string shape_words(const std::vector<Index>& extents) {
  return extents.size() == 1 ? fmt::format("{} variables", extents[0])
                             : fmt::format("{}", fmt::join(extents, "x"));
}

std::string places_text(const Report& report) {
  const LatentMap& map = report.map;
  std::string text = "Which latent variable is whose (site = x + Lx (y + ...), from 0)\n";
  TextTable table({"level", "latents", "sites"});
  constexpr Index kShown = 8;
  for (Index level = map.levels - 1; level >= 0; --level) {
    const std::vector<Index> members = map.of_level(level);
    std::string sites;
    for (Index i = 0; i < std::min<Index>(kShown, std::ssize(members)); ++i)
      sites += fmt::format("{}{}", i > 0 ? " " : "", members[static_cast<std::size_t>(i)]);
    table.add({level_word(map, level), fmt::format("{}", members.size()),
               sites + (std::ssize(members) > kShown ? " ..." : "")});
  }
  return text + table.text();
}

std::string pass_text(const Report& report) {
  const LevelPass& pass = report.pass;
  std::vector<std::string> head{"known from", "latents", "ln q/N"};
  std::vector<Index> shown;
  for (const char* name : {"energy", "action", "abs_m", "m2"})
    if (const Index place = Collective{pass.names, {}}.place(name); place >= 0) {
      shown.push_back(place);
      head.emplace_back(name);
    }
  const auto add = [&](std::vector<std::string> row, const std::vector<Estimate>& all,
                       auto& table) {
    for (const Index place : shown)
      row.push_back(estimate_words(all[static_cast<std::size_t>(place)]));
    table.add(row);
  };
  std::string text = "\nCoarse to fine: the finer latent variables at 0\n";
  TextTable table(head);
  for (const LevelLine& line : pass.lines)
    add({level_word(report.map, line.level), fmt::format("{}", line.latents),
         estimate_words(line.log_q)},
        line.at_mean, table);
  add({"drawn", "", ""}, pass.drawn, table);
  return text + table.text();
}

std::string shares_text(const Report& report) {
  std::string text = "\nShare of the variance over draws that the known latent variables fix\n";
  std::vector<std::string> head{"known from"};
  head.insert(head.end(), report.pass.names.begin(), report.pass.names.end());
  TextTable table(head);
  for (const LevelLine& line : report.pass.lines) {
    std::vector<std::string> row{level_word(report.map, line.level)};
    for (const Estimate& share : line.explained) row.push_back(estimate_words(share));
    table.add(row);
  }
  return text + table.text();
}

std::string fields_text(const Report& report) {
  if (!report.fields) return "";
  std::string text = "\nReceptive fields, dx/dz of exact vector-Jacobian products\n";
  TextTable table({"level", "latents", "light cone", "rms radius", "variance"});
  for (const LevelReach& reach : report.fields->levels)
    table.add({level_word(report.map, reach.level), fmt::format("{}", reach.latents),
               fmt::format("{:.4g}", reach.cone), fmt::format("{:.3f}", reach.radius),
               fmt::format("{:.4f}", reach.variance)});
  return text + table.text() +
         fmt::format(
             "{} entries outside the light cone, the largest {:g}; {} draws, {:.2g} CPU s\n",
             report.fields->outside, report.fields->most_outside, report.fields->z.rows(),
             report.fields->cpu_seconds);
}

std::string normality_text(const Report& report) {
  const Dependence& of = *report.dependence;
  std::string text = "\n" +
                     wrapped(fmt::format("Exact configurations pulled back ({}, {} draws)",
                                         report.origin, of.draws),
                             0, 2) +
                     "\n";
  TextTable table({"level", "|mean|", "var", "|skew|", "kurt", "KS", "worst", "corr", "to others"});
  const auto number = [](double value) { return number_or_dash(value, "{:.3f}"); };
  for (const LevelNormality& line : of.levels)
    table.add({level_word(report.map, line.level), number(line.mean.mean),
               number(line.mean.variance), number(line.mean.skewness), number(line.mean.kurtosis),
               number(line.mean.distance), number(line.worst_distance), number(line.covariance),
               number(line.to_others)});
  return text + table.text() +
         fmt::format(
             "KS: Kolmogorov's distance from N(0, 1), above {:.3f} once in a hundred\n"
             "corr: rms with others of the level, {:.3f} of independent variables\n",
             of.limit, 1 / std::sqrt(static_cast<double>(of.draws)));
}

std::string information_text(const Report& report) {
  std::string text = "\nMutual information in nats between latents, and of x at the same places\n";
  TextTable table(
      {"level", "distance", "latents", "sites", "latents, lin.", "sites, lin.", "zero"});
  for (const PairInformation& line : report.dependence->information)
    table.add({level_word(report.map, line.level), fmt::format("{}", line.distance),
               estimate_words(line.latents.neighbours), estimate_words(line.sites.neighbours),
               estimate_words(line.latents.gaussian), estimate_words(line.sites.gaussian),
               number_or_dash(line.latents.shuffled, "{:+.4f}")});
  return text + table.text() +
         "nearest neighbours (Kraskov); lin.: -ln(1 - r^2)/2; zero: of shuffled latents\n";
}

std::string explained_text(const Report& report) {
  const Explained& of = *report.explained;
  std::string text =
      "\nHeld-out R2 of collective variables by regression on latents, their squares "
      "and\nproducts\n";
  std::vector<std::string> head{"known from", "features"};
  head.insert(head.end(), of.names.begin(), of.names.end());
  TextTable table(head);
  for (const ExplainedLine& line : of.lines) {
    std::vector<std::string> row{level_word(report.map, line.level),
                                 fmt::format("{}", line.features)};
    for (const Estimate& r2 : line.r2) row.push_back(estimate_words(r2));
    table.add(row);
  }
  const bool is_short = std::ranges::any_of(
      of.lines, [](const ExplainedLine& line) { return std::isnan(line.r2.front().value); });
  const Index most = of.lines.back().features + 1;
  return text + table.text() +
         (is_short ? fmt::format("-: too few draws; {} would be enough for all\n", 10 * most) : "");
}

std::string traces_text(const Report& report) {
  if (report.traces.empty()) return "";
  const HmcTrace& first = report.traces.front();
  std::string text = fmt::format(
      "\nHMC in both spaces, {} chains of {} trajectories: tau, and CPU "
      "seconds per\nindependent value\n",
      first.chains, first.draws);
  TextTable table({"sampler", "s/trajectory", "observable", "tau", "s/value"});
  for (const HmcTrace& trace : report.traces)
    for (std::size_t i = 0; i < trace.names.size(); ++i) {
      const auto& s = trace.summaries[i];
      table.add({i == 0 ? trace.sampler : "",
                 i == 0 ? fmt::format("{:.3g}", trace.seconds_per_step) : "", trace.names[i],
                 estimate_words({s.tau_int, s.tau_int_error}) + (s.window_found ? "" : " or more"),
                 fmt::format("{:.3g}", 2 * s.tau_int * trace.seconds_per_step)});
    }
  return text + table.text();
}

}  // namespace

std::string report_text(const Report& report) {
  std::string text =
      fmt::format("{}\n{}: {}, {} layers, {} level{}{}\n", wrapped(report.title, 0, 0),
                  report.model, shape_words(report.extents), report.map.layers, report.map.levels,
                  report.map.levels == 1 ? "" : "s",
                  report.branches > 1 ? fmt::format(", {} branches", report.branches) : "");
  for (const std::string& note : report.notes) text += wrapped("note: " + note, 0, 6) + "\n";
  text +=
      "\n" + places_text(report) + pass_text(report) + shares_text(report) + fields_text(report);
  if (report.dependence) text += normality_text(report) + information_text(report);
  if (report.explained) text += explained_text(report);
  if (report.effective) text += effective_text(*report.effective, report.map);
  if (report.walks) text += walks_text(*report.walks, report.map);
  return text + traces_text(report);
}

}  // namespace nmc::drivers::latent
