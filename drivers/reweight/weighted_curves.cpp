#include "drivers/reweight/weighted_curves.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include "core/errors.hpp"
#include "drivers/report/column_numbers.hpp"

namespace nmc::drivers {
namespace {

using statistics::Chains;
using statistics::Reweighting;

// Numbers of all energies that are held at once; longer runs are thinned.
constexpr Index kMostNumbers = Index{1} << 25;

constexpr const char* kSquare = "energy2";
constexpr double kEverywhere = std::numeric_limits<double>::infinity();

const DrawColumn* column_of(const SampledState& state, const std::string& name) {
  const auto found = std::ranges::find(state.columns, name, &DrawColumn::name);
  return found == state.columns.end() ? nullptr : &*found;
}

const Observable* observable_of(const System& system, const std::string& name) {
  for (const auto& observable : system.observables)
    if (observable->name() == name) return observable.get();
  return nullptr;
}

// To three decimals of its leading one.
double short_number(double number, double (*round)(double)) {
  if (number == 0) return 0;
  const double unit = std::pow(10.0, std::floor(std::log10(std::abs(number))) - 3);
  return round(number / unit) * unit;
}

double lowest_energy(const SampledSystem& sampled) {
  constexpr double kNone = -std::numeric_limits<double>::infinity();
  if (!sampled.is_solved) return kNone;
  ExactEffort effort;
  effort.cpu_seconds = kSecondsPerBeta;
  effort.moments = Moments::none;
  const ExactAnswer answer = sampled.system->exact(effort);
  return answer.value ? answer.value->ground_state_energy.value_or(kNone) : kNone;
}

// Why a column has no weights of its own.
std::string why_no_weight(const SampledSystem& sampled, const std::string& name) {
  const Observable* observable = observable_of(*sampled.system, name);
  if (observable != nullptr && observable->traits().has_temperature)
    return "it contains beta itself, so that it is another observable at each: run at that beta";
  for (const SampledState& state : sampled.states) {
    const DrawColumn* column = column_of(state, name);
    if (column == nullptr)
      return fmt::format(
          "the run at beta {:.10g} did not measure it: name it in "
          "output.observables of all runs",
          state.beta);
    if (column->chains() != column_of(state, "energy")->chains())
      return "it is of pairs of replicas, and weights are those of single ones: run at that beta";
    if (is_refused(state.findings, {name}))
      return fmt::format("it is refused at beta {:.10g} (nmc report says why)", state.beta);
  }
  return "";
}

}  // namespace

WeightedCurves::WeightedCurves(SampledSystem sampled) : sampled_(std::move(sampled)) {
  require(!sampled_.states.empty(), fmt::format("{}: the energy of every run is refused (nmc "
                                                "report says why): no curve can be made of them",
                                                sampled_.title));
  find_columns();
  weigh();
  find_reach();
}

void WeightedCurves::find_columns() {
  std::vector<std::string> given;
  for (const DrawColumn& column : sampled_.states.front().columns) given.push_back(column.name());
  std::ranges::stable_sort(given, {}, [&](const std::string& name) {
    return std::ranges::find(sampled_.asked, name) - sampled_.asked.begin();
  });
  for (const std::string& name : given) {
    if (name == kSquare) continue;
    if (const std::string why = why_no_weight(sampled_, name); !why.empty())
      without_.emplace_back(name, why);
    else
      columns_.push_back(name);
  }
  names_ = columns_;
  columns_.emplace_back(kSquare);
  const auto is_here = [&](const std::string& input) {
    return std::ranges::find(columns_, input) != columns_.end();
  };
  for (const Derived& derived : sampled_.system->derived)
    if (std::ranges::all_of(derived.inputs, is_here)) names_.push_back(derived.name);
  names_.emplace_back(kLnZDifference);
}

void WeightedCurves::weigh() {
  const Index most = kMostNumbers / std::ssize(sampled_.states);
  const auto draws_of = [&](const SampledState& state, const std::string& name) {
    if (name == kSquare) return Chains(thinned(*column_of(state, "energy"), most).square());
    return thinned(*column_of(state, name), most);
  };
  statistics::BoltzmannDraws all{Column(std::ssize(sampled_.states)), {}};
  for (const SampledState& state : sampled_.states) {
    all.beta(std::ssize(all.energy)) = state.beta;
    all.energy.push_back(draws_of(state, "energy"));
    require(all.energy.back().allFinite(),
            fmt::format("the energies at beta {:.10g} are not all finite", state.beta));
  }
  const double lowest = lowest_energy(sampled_);
  for (const std::vector<Index>& linked : statistics::linked_states(all)) {
    statistics::BoltzmannDraws part{Column(std::ssize(linked)), {}};
    for (const Index k : linked) {
      part.beta(std::ssize(part.energy)) = all.beta(k);
      part.energy.push_back(all.energy[static_cast<std::size_t>(k)]);
    }
    Reweighting& weights = parts_.emplace_back(part, lowest);
    for (const std::string& name : columns_)
      weights.add([&](Index k) {
        const Index state = linked[static_cast<std::size_t>(k)];
        return draws_of(sampled_.states[static_cast<std::size_t>(state)], name);
      });
  }
}

bool WeightedCurves::is_reached(double beta) const {
  return part(beta).support(beta).is_enough();
}

void WeightedCurves::find_reach() {
  constexpr int kHalvings = 30;
  // Of the largest β. What is still there at the last step is there at all β.
  constexpr double kFirstStep = 1e-3, kLastStep = 1e9;
  const double scale = std::max(std::abs(parts_.back().beta().maxCoeff()), kFirstStep);
  for (const Reweighting& weights : parts_) {
    const auto edge = [&](double from, double direction) {
      const auto is_there = [&](double distance) {
        return weights.support(from + direction * distance).is_enough();
      };
      // No run at β >= 0 asks for β < 0.
      const bool ends_at_zero = direction < 0 && from >= 0;
      const double most = ends_at_zero ? from : kLastStep * scale;
      double inside = 0, outside = std::min(most, kFirstStep * scale);
      while (is_there(outside) && outside < most) {
        inside = outside;
        outside = std::min(most, 2 * outside);
      }
      if (is_there(outside)) return ends_at_zero ? 0 : direction * kEverywhere;
      for (int i = 0; i < kHalvings; ++i) {
        const double middle = (inside + outside) / 2;
        (is_there(middle) ? inside : outside) = middle;
      }
      return from + direction * inside;
    };
    const double first = weights.beta().minCoeff(), last = weights.beta().maxCoeff();
    if (weights.support(first).is_enough() || weights.support(last).is_enough())
      reach_.push_back({edge(first, -1), edge(last, 1)});
  }
}

const Reweighting& WeightedCurves::part(double beta) const {
  const auto rank = [&](const Reweighting& weights) {
    const statistics::Support support = weights.support(beta);
    const double distance = (weights.beta() - beta).abs().minCoeff();
    return support.is_enough() ? std::pair(1, support.draws) : std::pair(0, -distance);
  };
  return *std::ranges::max_element(parts_, {}, rank);
}

std::vector<double> WeightedCurves::places(int between) const {
  std::vector<double> betas;
  for (const SampledState& state : sampled_.states) betas.push_back(state.beta);
  std::ranges::sort(betas);
  betas.erase(std::unique(betas.begin(), betas.end()), betas.end());
  const bool is_single = betas.size() == 1 && !reach_.empty();
  if (is_single) {
    constexpr double kAround = 0.25;  // small systems reach to β = ∞
    const double width = kAround * std::abs(betas.front());
    const double low = std::max(reach_.front().low, betas.front() - width);
    const double high = std::min(reach_.front().high, betas.front() + width);
    betas.insert(betas.begin(), short_number(low, std::ceil));
    betas.push_back(short_number(high, std::floor));
  }
  std::vector<double> places;
  for (std::size_t i = 0; i < betas.size(); ++i) {
    places.push_back(betas[i]);
    if (i + 1 == betas.size()) break;
    for (int k = 1; k <= between; ++k) {
      const double beta = betas[i] + (betas[i + 1] - betas[i]) * k / (between + 1);
      places.push_back(is_single ? short_number(beta, std::round) : beta);
    }
  }
  return places;
}

std::string WeightedCurves::why_without(const std::string& name) const {
  const auto found = std::ranges::find(without_, name, &WithoutCurve::first);
  if (found != without_.end()) return found->second;
  const auto& all = sampled_.system->derived;
  const auto derived = std::ranges::find(all, name, &Derived::name);
  if (derived == all.end() || std::ranges::find(names_, name) != names_.end()) return "";
  std::vector<std::string> missing;
  std::ranges::copy_if(derived->inputs, std::back_inserter(missing), [&](const auto& input) {
    return std::ranges::find(columns_, input) == columns_.end();
  });
  return fmt::format(
      "it follows from {}, and the runs did not measure {}: name {} in "
      "output.observables of all runs",
      fmt::join(derived->inputs, ", "), fmt::join(missing, ", "),
      missing.size() == 1 ? "it" : "them");
}

std::string reach_text(const Reach& reach) {
  if (std::isinf(reach.low) && std::isinf(reach.high)) return "of any size";
  if (std::isinf(reach.high)) return fmt::format("from {:.4g} on", reach.low);
  if (std::isinf(reach.low)) return fmt::format("up to {:.4g}", reach.high);
  return fmt::format("{:.4g} to {:.4g}", reach.low, reach.high);
}

std::vector<WeightedCurves> weighted_curves(const SweepReport& sweep) {
  std::vector<WeightedCurves> curves;
  for (SampledSystem& system : sampled_systems(sweep)) {
    const double first = system.states.front().beta;
    const bool is_single = std::ranges::all_of(
        system.states, [&](const SampledState& state) { return state.beta == first; });
    if (!is_single) curves.emplace_back(std::move(system));
  }
  return curves;
}

}  // namespace nmc::drivers
