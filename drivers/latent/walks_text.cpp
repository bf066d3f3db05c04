#include <fmt/format.h>

#include <algorithm>

#include "drivers/latent/collective.hpp"
#include "drivers/latent/effective.hpp"
#include "drivers/latent/latent_words.hpp"
#include "drivers/latent/walks.hpp"
#include "drivers/text_table.hpp"

namespace nmc::drivers::latent {
namespace {

using statistics::Estimate;

/// Places of some of the collective variables that the system has.
std::vector<Index> places_of(const std::vector<std::string>& names,
                             const std::vector<const char*>& wanted) {
  std::vector<Index> places;
  for (const char* name : wanted)
    if (const Index place = Collective{names, {}}.place(name); place >= 0) places.push_back(place);
  return places;
}

void add_names(std::vector<std::string>& head, const std::vector<std::string>& names,
               const std::vector<Index>& places) {
  for (const Index place : places) head.push_back(names[static_cast<std::size_t>(place)]);
}

void add_words(std::vector<std::string>& row, const std::vector<Estimate>& all,
               const std::vector<Index>& places) {
  for (const Index place : places)
    row.push_back(estimate_words(all[static_cast<std::size_t>(place)]));
}

std::string alone_text(const Walks& walks, const LatentMap& map) {
  const std::vector<Index> shown = places_of(walks.names, {"m", "abs_m", "energy", "action"});
  std::vector<std::string> head{"latent", "level", "z"};
  add_names(head, walks.names, shown);
  TextTable table(head);
  for (const LatentWalk& walk : walks.alone)
    for (const WalkPoint& point : walk.points) {
      const bool is_first = &point == &walk.points.front();
      std::vector<std::string> row{is_first ? fmt::format("{}", walk.latent) : "",
                                   is_first ? level_word(map, walk.level) : "",
                                   fmt::format("{:+g}", point.at)};
      add_words(row, point.means, shown);
      table.add(row);
    }
  return "\nOne latent variable at z, the others those of exact configurations\n" + table.text();
}

std::string ways_text(const Walks& walks) {
  const std::vector<Index> shown = places_of(walks.names, {"abs_m", "energy", "action"});
  std::vector<std::string> head{"t"};
  for (const char* space : {"z", "x"})
    for (const Index place : shown)
      if (space[0] == 'z' || !walks.line.empty())
        head.push_back(walks.names[static_cast<std::size_t>(place)] + ", " + space);
  TextTable table(head);
  for (std::size_t i = 0; i < walks.sphere.size(); ++i) {
    std::vector<std::string> row{fmt::format("{:.3f}", walks.sphere[i].at)};
    add_words(row, walks.sphere[i].means, shown);
    if (!walks.line.empty()) add_words(row, walks.line[i].means, shown);
    table.add(row);
  }
  return fmt::format(
             "\nFrom one exact configuration to another, {} pairs: along the great circle of "
             "z{}\n",
             walks.pairs, walks.line.empty() ? "" : "\nand along the straight line of x") +
         table.text();
}

std::string arithmetic_text(const Walks& walks) {
  const std::vector<Index> shown = places_of(walks.names, {"m", "abs_m", "energy", "action"});
  std::vector<std::string> head{"space"};
  add_names(head, walks.names, shown);
  for (const Index place : places_of(walks.names, {"m", "s_kmin"}))
    head.push_back("r of " + walks.names[static_cast<std::size_t>(place)]);
  TextTable table(head);
  for (const Arithmetic& of : walks.arithmetic) {
    std::vector<std::string> row{of.space};
    add_words(row, of.means, shown);
    add_words(row, of.correlation, places_of(walks.names, {"m", "s_kmin"}));
    table.add(row);
  }
  return "\n(a - b + c)/sqrt 3 of three exact configurations; r: correlation with the same\nsum of "
         "the three values\n" +
         table.text();
}

}  // namespace

std::string effective_text(const Effective& effective, const LatentMap& map) {
  std::string text =
      "\nAction of the kept latent variables, U = sum J S + const, by regression over\nexact "
      "configurations and draws; exact networks have J = 1/2 of z2, 0 of others\n";
  TextTable couplings({"kept from", "latents", "z2", "zz'", "z4", "z2z'2", "R2 of ln w"});
  for (const EffectiveLine& line : effective.lines) {
    std::vector<std::string> row{level_word(map, line.level), fmt::format("{}", line.kept)};
    for (const Estimate& J : line.couplings) row.push_back(estimate_words(J));
    row.push_back(estimate_words(line.r2));
    couplings.add(row);
  }
  text += couplings.text() + "\nDraws of the network, reweighted by the fit of the kept ones\n";
  const std::vector<Index> shown = places_of(effective.names, {"energy", "action", "abs_m", "m2"});
  std::vector<std::string> head{"weights", "ESS"};
  add_names(head, effective.names, shown);
  TextTable checks(head);
  for (const ReweightedLine& line : effective.checks) {
    std::vector<std::string> row{line.weights, fmt::format("{:.3f}", line.ess)};
    add_words(row, line.means, shown);
    checks.add(row);
  }
  return text + checks.text();
}

std::string walks_text(const Walks& walks, const LatentMap& map) {
  return alone_text(walks, map) + ways_text(walks) + arithmetic_text(walks);
}

}  // namespace nmc::drivers::latent
