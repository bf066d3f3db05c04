#include "drivers/latent/latent_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "drivers/figures/xml.hpp"
#include "drivers/latent/walks_sections.hpp"
#include "drivers/page/document.hpp"
#include "drivers/page/words.hpp"

namespace nmc::drivers::latent {
namespace {

using figures::Figure;
using figures::Gallery;
using figures::Image;
using figures::Mark;
using figures::Series;
using page::Section;
using page::value_words;
using statistics::Estimate;

std::string level_name(const LatentMap& map, Index level) {
  if (map.levels == 1) return "all";
  return fmt::format("{}{}", level,
                     level == map.levels - 1 ? " (coarsest)"
                     : level == 0            ? " (finest)"
                                             : "");
}

Image picture(const Report& report, const std::string& label, const Batch& rows, Index row) {
  Image image{label, report.extents[0], report.map.sites() / report.extents[0], {}};
  for (Index site = 0; site < rows.cols(); ++site) image.values.push_back(rows(row, site));
  return image;
}

Gallery gallery_of(const std::string& title, const std::string& description) {
  return {title, description, figures::Palette::levels, {0, 1}, {}};
}

Section levels_section(const Report& report) {
  Section section("levels", "From coarse to fine");
  section.paragraph(
      "A latent variable has the level of the last group of layers that acts on it from x to z; 0 "
      "leaves first. In each row the latent variables of its level and of all coarser ones are "
      "known: x with the finer ones at 0, and the share of the variance of a collective variable "
      "that the known ones fix, which is the correlation of two configurations that share them.");
  std::vector<std::string> head{"known from", "latents", "ln q per site"};
  for (const std::string& name : report.pass.names) head.push_back(name);
  for (const std::string& name : report.pass.names) head.push_back("share of " + name);
  page::Table table{"Configurations of which the finer latent variables are 0", head, {}};
  for (const LevelLine& line : report.pass.lines) {
    std::vector<std::string> row{level_name(report.map, line.level),
                                 fmt::format("{}", line.latents),
                                 value_words(line.log_q.value, line.log_q.error)};
    for (const Estimate& e : line.at_mean) row.push_back(value_words(e.value, e.error));
    for (const Estimate& e : line.explained) row.push_back(value_words(e.value, e.error));
    table.rows.push_back(std::move(row));
  }
  section.table(table);
  Gallery strip = gallery_of("One draw, level after level",
                             "x with the latent variables finer than a level at 0");
  const double most = report.pass.strip.abs().maxCoeff();
  strip.range = {-most, most};
  for (std::size_t i = 0; i < report.pass.lines.size(); ++i)
    strip.images.push_back(picture(report, level_name(report.map, report.pass.lines[i].level),
                                   report.pass.strip, static_cast<Index>(i)));
  section.gallery(strip);
  return section;
}

Section fields_section(const Report& report) {
  Section section("fields", "Receptive fields");
  if (!report.fields) return section;
  section.paragraph(fmt::format(
      "The root mean square of dx/dz by exact vector-Jacobian products over {} draws. Outside the "
      "light cone, which the masks of the layers draw, {} entries are {:g}.",
      report.fields->z.rows(), report.fields->outside, report.fields->most_outside));
  page::Table table{"Reach of a latent variable",
                    {"level", "latents", "light cone", "rms radius", "variance"},
                    {}};
  Gallery gallery = gallery_of("rms dx/dz of one latent variable of each level",
                               "each scaled to its own largest value");
  for (const LevelReach& reach : report.fields->levels) {
    table.rows.push_back({level_name(report.map, reach.level), fmt::format("{}", reach.latents),
                          fmt::format("{:.4g}", reach.cone), fmt::format("{:.3f}", reach.radius),
                          fmt::format("{:.4f}", reach.variance)});
    const std::vector<Index> members = report.map.of_level(reach.level);
    const Index one = members[members.size() / 2];
    Batch scaled = report.fields->rms.row(one);
    scaled /= std::max(scaled.maxCoeff(), 1e-300);
    gallery.images.push_back(
        picture(report, fmt::format("level {}, z {}", reach.level, one), scaled, 0));
  }
  section.table(table);
  section.gallery(gallery);
  return section;
}

void add_point(Series& series, double x, const Estimate& y) {
  series.x.push_back(x);
  series.y.push_back(y.value);
  series.error.push_back(y.error);
}

page::Table normality_table(const Report& report) {
  page::Table normal{"Latent variables over exact configurations",
                     {"level", "rms mean", "variance", "rms skewness", "excess kurtosis",
                      "Kolmogorov", "worst", "rms correlation"},
                     {}};
  for (const LevelNormality& line : report.dependence->levels)
    normal.rows.push_back(
        {level_name(report.map, line.level), fmt::format("{:.4f}", line.mean.mean),
         fmt::format("{:.4f}", line.mean.variance), fmt::format("{:.4f}", line.mean.skewness),
         fmt::format("{:.4f}", line.mean.kurtosis), fmt::format("{:.4f}", line.mean.distance),
         fmt::format("{:.4f}", line.worst_distance), fmt::format("{:.4f}", line.covariance)});
  return normal;
}

Section information_section(const Report& report) {
  Section section("information", "What is left between the latent variables");
  if (!report.dependence) return section;
  const Dependence& of = *report.dependence;
  section.paragraph(fmt::format(
      "Exact configurations ({}, {} draws) in latent coordinates. Were the network exact, z would "
      "be independent and normal: variance 1, no mutual information, Kolmogorov distances below "
      "{:.4f} but for one in a hundred.",
      report.origin, of.draws, of.limit));
  Figure figure{
      "Mutual information of neighbours, by level",
      "nats, between the nearest latent variables of a level and between the field at the "
      "same places",
      {"distance"},
      {"nats"},
      {}};
  figure.x.is_log = true;
  Series latents{"latent variables", Mark::both, {}, {}, {}, 0};
  Series sites{"field", Mark::both, {}, {}, {}, 1};
  Index last = -1;
  page::Table table{"Mutual information in nats",
                    {"level", "distance", "latents", "field", "latents, linear", "field, linear"},
                    {}};
  for (const PairInformation& line : of.information) {
    table.rows.push_back({level_name(report.map, line.level), fmt::format("{}", line.distance),
                          value_words(line.latents.neighbours.value, line.latents.neighbours.error),
                          value_words(line.sites.neighbours.value, line.sites.neighbours.error),
                          value_words(line.latents.gaussian.value, line.latents.gaussian.error),
                          value_words(line.sites.gaussian.value, line.sites.gaussian.error)});
    if (report.map.levels > 1 && line.level == last) continue;
    last = line.level;
    add_point(latents, static_cast<double>(line.distance), line.latents.neighbours);
    add_point(sites, static_cast<double>(line.distance), line.sites.neighbours);
  }
  figure.series = {latents, sites};
  section.table(table);
  section.figure(figure);
  section.table(normality_table(report));
  return section;
}

Section explained_section(const Report& report) {
  Section section("explained", "Collective variables of the latent ones");
  if (!report.explained) return section;
  const Explained& of = *report.explained;
  section.paragraph(
      "Held-out R² of regressions on the latent variables of a level and all coarser ones, their "
      "squares and, of the first few, their products, over exact configurations.");
  std::vector<std::string> head{"known from", "features"};
  head.insert(head.end(), of.names.begin(), of.names.end());
  page::Table table{"Held-out R²", head, {}};
  for (const ExplainedLine& line : of.lines) {
    std::vector<std::string> row{level_name(report.map, line.level),
                                 fmt::format("{}", line.features)};
    for (const Estimate& r2 : line.r2)
      row.push_back(std::isfinite(r2.value) ? value_words(r2.value, r2.error) : "too few draws");
    table.rows.push_back(std::move(row));
  }
  section.table(table);
  return section;
}

Section traces_section(const Report& report) {
  Section section("traces", "Hamiltonian Monte Carlo in both spaces");
  if (report.traces.empty()) return section;
  Figure figure{"One chain of each", "m along trajectories", {"trajectory"}, {"m"}, {}};
  page::Table table{
      "Autocorrelation times (trajectories; ½ is none), and CPU seconds per "
      "independent value",
      {"sampler", "CPU s per trajectory"},
      {}};
  for (const std::string& name : report.traces.front().names) {
    table.head.push_back("τ of " + name);
    table.head.push_back("s per value");
  }
  for (std::size_t t = 0; t < report.traces.size(); ++t) {
    const HmcTrace& trace = report.traces[t];
    Series series{trace.sampler, Mark::line, {}, trace.m, {}, static_cast<int>(t)};
    for (std::size_t i = 0; i < trace.m.size(); ++i) series.x.push_back(static_cast<double>(i));
    figure.series.push_back(std::move(series));
    std::vector<std::string> row{trace.sampler, fmt::format("{:.3g}", trace.seconds_per_step)};
    for (const auto& s : trace.summaries) {
      row.push_back(value_words(s.tau_int, s.tau_int_error));
      row.push_back(fmt::format("{:.3g}", 2 * s.tau_int * trace.seconds_per_step));
    }
    table.rows.push_back(std::move(row));
  }
  section.table(table);
  section.figure(figure);
  return section;
}

}  // namespace

std::string latent_page(const Report& report, const PageParts& parts) {
  page::Document document("Latent space: " + report.title, report.model);
  Section notes("notes", "What this is");
  notes.set_kind("verdict");
  notes.paragraph(fmt::format("A flow of {} variables in {} layers, with latent variables of {}.",
                              report.map.sites(), report.map.layers,
                              page::count_words(report.map.levels, "level")));
  std::vector<std::pair<std::string, std::string>> sentences;
  for (const std::string& note : report.notes) sentences.emplace_back("note", note);
  notes.sentences(sentences);
  notes.paragraph(
      "All numbers are in latent.h5, for xarray in groups: latents, levels, receptive, "
      "information, "
      "effective, walks and traces, as far as they were asked for.");
  Section grid("grid", "Wander through the coarsest latent variables");
  grid.explorer(parts.grid);
  for (const Section& section :
       {notes, grid, levels_section(report), fields_section(report), information_section(report),
        explained_section(report), effective_section(report), walks_section(report),
        traces_section(report)})
    document.add(section);
  return document.html();
}

}  // namespace nmc::drivers::latent
