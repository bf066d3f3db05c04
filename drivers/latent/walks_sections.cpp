#include "drivers/latent/walks_sections.hpp"

#include <fmt/format.h>

#include "drivers/latent/collective.hpp"
#include "drivers/latent/latent_words.hpp"
#include "drivers/page/words.hpp"

namespace nmc::drivers::latent {
namespace {

using figures::Figure;
using figures::Mark;
using figures::Series;
using page::Section;
using statistics::Estimate;

void add_cells(std::vector<std::string>& row, const std::vector<Estimate>& estimates) {
  for (const Estimate& e : estimates) row.push_back(page::value_words(e.value, e.error));
}

page::Table with_names(const std::string& caption, std::vector<std::string> head,
                       const std::vector<std::string>& names) {
  head.insert(head.end(), names.begin(), names.end());
  return {caption, head, {}};
}

Series along(const std::string& name, const std::vector<WalkPoint>& points, Index place, int look) {
  Series series{name, Mark::both, {}, {}, {}, look};
  for (const WalkPoint& point : points) {
    const Estimate& mean = point.means[static_cast<std::size_t>(place)];
    series.x.push_back(point.at);
    series.y.push_back(mean.value);
    series.error.push_back(mean.error);
  }
  return series;
}

Figure ways_figure(const Walks& walks, const std::string& name, Index place) {
  Figure figure{fmt::format("{} from one exact configuration to another", name),
                fmt::format("means over {} pairs with errors", walks.pairs),
                {"share of the way"},
                {name},
                {}};
  figure.series.push_back(along("great circle of z", walks.sphere, place, 0));
  if (!walks.line.empty())
    figure.series.push_back(along("straight line of x", walks.line, place, 1));
  return figure;
}

page::Table alone_table(const Walks& walks) {
  page::Table table = with_names(
      "One latent variable moves, the others are those of exact "
      "configurations",
      {"latent", "level", "z"}, walks.names);
  for (const LatentWalk& walk : walks.alone)
    for (const WalkPoint& point : walk.points) {
      std::vector<std::string> row{fmt::format("{}", walk.latent), fmt::format("{}", walk.level),
                                   fmt::format("{:+g}", point.at)};
      add_cells(row, point.means);
      table.rows.push_back(std::move(row));
    }
  return table;
}

page::Table arithmetic_table(const Walks& walks) {
  page::Table table = with_names(
      "(a − b + c)/√3 of three exact configurations, and the correlation of a collective variable "
      "of the result with the same sum of the three",
      {"space"}, walks.names);
  for (const std::string& name : walks.names) table.head.push_back("correlation of " + name);
  for (const Arithmetic& of : walks.arithmetic) {
    std::vector<std::string> row{of.space};
    add_cells(row, of.means);
    add_cells(row, of.correlation);
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

Section effective_section(const Report& report) {
  Section section("effective", "The action of the kept latent variables");
  if (!report.effective) return section;
  const Effective& effective = *report.effective;
  section.paragraph(
      "Least squares of −ln w on even monomials of the latent variables of a level and all coarser "
      "ones, with Σ z²/2 added. Of an exact network the coupling of z² is ½ and the others are 0. "
      "Draws of the network, reweighted by the fit of the kept ones alone, show how much of what "
      "it misses they hold.");
  page::Table couplings{"Couplings of the level",
                        {"kept from", "latents", "z²", "zz′", "z⁴", "z²z′²", "R² of ln w"},
                        {}};
  for (const EffectiveLine& line : effective.lines) {
    std::vector<std::string> row{level_word(report.map, line.level), fmt::format("{}", line.kept)};
    for (const Estimate& J : line.couplings) row.push_back(estimate_words(J));
    row.push_back(estimate_words(line.r2));
    couplings.rows.push_back(std::move(row));
  }
  section.table(couplings);
  page::Table checks =
      with_names("Draws of the network with these weights", {"weights", "ESS"}, effective.names);
  for (const ReweightedLine& line : effective.checks) {
    std::vector<std::string> row{line.weights, fmt::format("{:.3f}", line.ess)};
    add_cells(row, line.means);
    checks.rows.push_back(std::move(row));
  }
  section.table(checks);
  return section;
}

Section walks_section(const Report& report) {
  Section section("walks", "Walks in latent space");
  if (!report.walks) return section;
  const Walks& walks = *report.walks;
  section.table(alone_table(walks));
  for (const char* name : {"action", "abs_m"})
    if (const Index place = Collective{walks.names, {}}.place(name); place >= 0)
      section.figure(ways_figure(walks, name, place));
  section.table(arithmetic_table(walks));
  return section;
}

}  // namespace nmc::drivers::latent
