#include "drivers/reweight/size_crossings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "drivers/format.hpp"
#include "drivers/json_line.hpp"

namespace nmc::drivers {
namespace {

using statistics::CrossingOutcome;

// Quantities without a dimension, whose curves for all sizes meet at a critical point (Binder, Z.
// Phys. B 43, 119 (1981)).
constexpr const char* kDimensionless[] = {"binder", "xi_over_L"};

/// The β of all runs of both, and half as much on either side: what may be of interest of curves
/// that reach to β = ∞, as those of small systems do.
Reach range_of_interest(const WeightedCurves& a, const WeightedCurves& b) {
  Reach range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (const WeightedCurves* of : {&a, &b})
    for (const SampledState& state : of->sampled().states) {
      range.low = std::min(range.low, state.beta);
      range.high = std::max(range.high, state.beta);
    }
  constexpr double kLeastWidth = 0.1;  // of β, where there is one temperature
  const double width = std::max(range.high - range.low, kLeastWidth * range.high);
  return {range.low - width / 2, range.high + width / 2};
}

/// Pieces of β that both curves reach, each cut into so many steps.
std::vector<std::vector<double>> common_places(const WeightedCurves& a, const WeightedCurves& b) {
  constexpr int kSteps = 60;
  const Reach range = range_of_interest(a, b);
  std::vector<std::vector<double>> pieces;
  for (const Reach& of_a : a.reach())
    for (const Reach& of_b : b.reach()) {
      const double low = std::max({of_a.low, of_b.low, range.low});
      const double high = std::min({of_a.high, of_b.high, range.high});
      if (!(low < high)) continue;
      std::vector<double>& places = pieces.emplace_back();
      for (int i = 0; i <= kSteps; ++i) {
        const double beta = low + (high - low) * i / kSteps;
        if (a.is_reached(beta) && b.is_reached(beta)) places.push_back(beta);
      }
    }
  return pieces;
}

std::string why_none(const statistics::Crossing& crossing,
                     const std::vector<std::vector<double>>& pieces) {
  if (pieces.empty()) return "no beta is in reach of both: sweep them over the same range";
  const std::string range =
      fmt::format("{:.4g} to {:.4g}", pieces.front().front(), pieces.back().back());
  switch (crossing.outcome) {
    case CrossingOutcome::found:
      return "";
    case CrossingOutcome::none:
      return fmt::format("the curves do not change sides, by three errors, from beta {}", range);
    case CrossingOutcome::several:
      return fmt::format(
          "the curves change sides more than once from beta {} (near {:.4g}): longer "
          "runs, or a narrower sweep",
          range, fmt::join(crossing.changes, ", "));
    case CrossingOutcome::gap:
      return fmt::format(
          "it lies near beta {:.4g}, between runs that share no draws: add runs there",
          crossing.changes.front());
  }
  return "";
}

void add_crossing(const std::string& name, const WeightedCurves& a, const WeightedCurves& b,
                  std::vector<SizeCrossing>& found) {
  const auto of_a = a.curve(name), of_b = b.curve(name);
  if (!of_a || !of_b) return;
  SizeCrossing crossing{name, a.sampled().system->name, *a.sampled().size, *b.sampled().size, {},
                        ""};
  auto pieces = common_places(a, b);
  std::erase_if(pieces, [](const std::vector<double>& places) { return places.empty(); });
  crossing.crossing = statistics::find_crossing(*of_a, *of_b, pieces);
  crossing.why = why_none(crossing.crossing, pieces);
  if (crossing.why.empty() && !(crossing.crossing.x.error > 0))
    crossing.why = "its place cannot be told from these draws: longer runs";
  found.push_back(std::move(crossing));
}

/// "binder of L = 8 and 16".
std::string name_of(const SizeCrossing& of) {
  return fmt::format("{} of L = {:g} and {:g}", of.observable, of.small, of.large);
}

}  // namespace

std::vector<SizeCrossing> size_crossings(const std::vector<WeightedCurves>& curves) {
  std::vector<const WeightedCurves*> sized;
  for (const WeightedCurves& of : curves)
    if (of.sampled().size && !of.sampled().is_random) sized.push_back(&of);
  std::vector<SizeCrossing> found;
  while (!sized.empty()) {
    const std::string family = sized.front()->sampled().family;
    const auto rest = std::stable_partition(
        sized.begin(), sized.end(),
        [&](const WeightedCurves* of) { return of->sampled().family == family; });
    std::vector<const WeightedCurves*> sizes(sized.begin(), rest);
    sized.erase(sized.begin(), rest);
    std::ranges::stable_sort(sizes, {},
                             [](const WeightedCurves* of) { return of->sampled().size; });
    for (const char* name : kDimensionless)
      for (std::size_t i = 1; i < sizes.size(); ++i)
        add_crossing(name, *sizes[i - 1], *sizes[i], found);
  }
  return found;
}

std::vector<SizeCrossing> size_crossings(const SweepReport& sweep) {
  const bool has_sizes = std::ranges::find(sweep.keys, "system.L") != sweep.keys.end();
  return has_sizes ? size_crossings(weighted_curves(sweep)) : std::vector<SizeCrossing>{};
}

std::string crossings_text(const std::vector<SizeCrossing>& crossings) {
  std::string text;
  for (const SizeCrossing& of : crossings) {
    const auto& [outcome, x, value, changes] = of.crossing;
    if (of.why.empty())
      text += fmt::format("crossing: {} at beta = {}, value {}\n", name_of(of),
                          with_error(x.value, x.error), with_error(value.value, value.error));
    else
      text += fmt::format("no crossing: {}: {}\n", name_of(of), of.why);
  }
  return text;
}

std::string crossings_json(const std::vector<SizeCrossing>& crossings) {
  std::string text;
  for (const SizeCrossing& of : crossings) {
    const bool is_there = of.why.empty();
    const auto shown = [&](double number) { return is_there ? number : statistics::not_a_number; };
    JsonLine json;
    json.add("name", "crossing")
        .add("observable", of.observable)
        .add("system", of.system)
        .add_raw("L", fmt::format("[{:g}, {:g}]", of.small, of.large))
        .add("beta", shown(of.crossing.x.value))
        .add("beta_error", shown(of.crossing.x.error))
        .add("mean", shown(of.crossing.value.value))
        .add("error", shown(of.crossing.value.error));
    if (!is_there) json.add("note", of.why);
    text += json.text() + "\n";
  }
  return text;
}

}  // namespace nmc::drivers
