#include "drivers/catalog/samplers/tempering_sampler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/options/parse_values.hpp"
#include "drivers/catalog/catalog.hpp"
#include "drivers/catalog/composition.hpp"
#include "drivers/catalog/samplers/spin_samplers.hpp"
#include "samplers/ladder/rung_ladder.hpp"
#include "samplers/ladder/spin_ladder.hpp"
#include "samplers/ladder/tempering.hpp"

namespace nmc::catalog {
namespace {

// Two betas that differ by rounding alone, as those of a range do, are the same.
bool is_same(double a, double b) {
  constexpr double kRounding = 1e-9;
  return std::abs(a - b) <= kRounding * std::max(std::abs(a), std::abs(b));
}

// Rungs between both ends to begin with: equal ratios, or equal steps from beta = 0.
std::vector<double> start_ladder(const Options& options, double beta) {
  const double least = options.real("beta_min");
  const auto gaps = options.integer("replicas") - 1;
  if (least >= beta)
    options.fail("beta_min", fmt::format("beta_min = {} is not below beta = {}: the ladder leads "
                                         "from beta_min to the system's beta",
                                         least, beta));
  std::vector<double> betas;
  for (Index i = 0; i <= gaps; ++i) {
    const double part = static_cast<double>(i) / static_cast<double>(gaps);
    betas.push_back(least == 0 ? beta * part : least * std::pow(beta / least, part));
  }
  betas.front() = least;
  betas.back() = beta;
  return betas;
}

std::vector<double> read_betas(const Options& options, const System& system) {
  if (options.text("ladder").empty()) return start_ladder(options, system.beta);
  for (const char* key : {"replicas", "beta_min"})
    if (options.is_given(key))
      options.fail(key, fmt::format("ladder and {} are both given; leave one of them out", key));
  std::vector<double> betas = read_ladder(options, "ladder", system.beta);
  if (betas.size() < 2)
    options.fail("ladder", fmt::format("ladder = {} has one temperature, so nothing to exchange "
                                       "with: write 0:{}:{}, or replicas = 16",
                                       options.text("ladder"), system.beta, system.beta / 10));
  return betas;
}

std::unique_ptr<LadderWalk> make_spin_ladder(const Options& options, const System& system,
                                             LocalRule rule) {
  const auto make = [options, rule, spins = system.spins](const std::vector<double>& betas) {
    System view;  // the system itself may have moved by the time the ladder is adapted
    view.spins = spins;
    return make_local_spins(options, view, rule, betas);
  };
  return std::make_unique<SpinLadder>(*system.spins, make);
}

/// A rung's system and, of a conditional network, the network at the condition of that.
struct SystemAtBeta final : RungOwner {
  std::unique_ptr<System> system;
  std::unique_ptr<Trainable> network;
};

void check_rungs(const Options& options, const std::vector<double>& betas, const Trainable* model) {
  if (model == nullptr || model->conditions().empty()) return;
  if (options.has("adapt") && options.flag("adapt"))
    options.fail("inner",
                 "a ladder cannot teach one network at many temperatures: leave adapt out");
  const std::vector<ConditionRange> ranges = model->conditions();
  const auto own = std::ranges::find(ranges, "beta", &ConditionRange::name);
  if (own == ranges.end())
    options.fail("inner", fmt::format("the network has {} as an input and not beta: a ladder of "
                                      "temperatures needs one with beta_min and beta_max",
                                      ranges.front().name));
  const ConditionRange& range = *own;
  const bool is_cold = betas.front() >= range.least;
  if (is_cold && betas.back() <= range.most) return;
  const bool has_list = !options.text("ladder").empty();
  options.fail(has_list ? "ladder" : "beta_min",
               fmt::format("the ladder leads from beta = {} to {}, and the network was made for "
                           "{} ... {}: {}, or train a network with model.beta_{} = {}",
                           betas.front(), betas.back(), range.least, range.most,
                           !is_cold && !has_list ? fmt::format("set beta_min = {}", range.least)
                                                 : "choose a ladder inside",
                           is_cold ? "max" : "min", is_cold ? betas.back() : betas.front()));
}

std::unique_ptr<LadderWalk> make_rung_ladder(const Options& options, const System& system,
                                             const SamplerEntry& inner, Trainable* model) {
  if (inner.has_inner || !inner.incomplete.empty())
    options.fail("inner", fmt::format("{} cannot be tempered; use heat_bath, metropolis, hmc or "
                                      "another sampler of the system itself",
                                      inner.name));
  const Options own = options.with("name", inner.name, options.origin("inner"));
  return std::make_unique<RungLadder>([own, at_beta = system.at_beta, inner, model](double beta) {
    auto owner = std::make_unique<SystemAtBeta>();
    owner->system = at_beta(beta);
    const System& here = *owner->system;
    Trainable* network = model;
    if (model != nullptr && !model->conditions().empty()) {
      owner->network = std::as_const(*model).at(condition_of(here, model->conditions()));
      network = owner->network.get();
    }
    SamplerParts parts = inner.make(own, here, network);
    if (!parts.incomplete.empty()) own.fail("inner", parts.incomplete);
    if (parts.sampler->traits().rows_per_chain > 1)
      own.fail("inner", fmt::format("{} works on pairs of replicas at one temperature, and a rung "
                                    "of a ladder has one; use heat_bath, metropolis or a "
                                    "composition without houdayer",
                                    inner.name));
    if (model != nullptr && is_tuned(parts.sampler->tuning()))
      own.fail("inner", fmt::format("{} cannot teach one network at many temperatures: leave adapt "
                                    "out",
                                    inner.name));
    Rung rung{nullptr, here.target.get(), here.spins, std::move(parts.sampler)};
    rung.owner = std::move(owner);
    return rung;
  });
}

SamplerParts make_tempering(const Options& options, const System& system, Trainable* model) {
  if (!system.at_beta)
    options.fail("name", fmt::format("{} has no beta, so no ladder: tempering needs a system with "
                                     "a temperature; use hmc or metropolis",
                                     system.name));
  TemperingOptions tempering;
  tempering.betas = read_betas(options, system);
  tempering.adapts_ladder = options.text("ladder").empty() && tempering.betas.size() > 2;
  tempering.swap_every = options.integer("swap_every");
  if (system.target->support() == Support::real && tempering.betas.front() == 0)
    options.fail(options.text("ladder").empty() ? "beta_min" : "ladder",
                 "at beta = 0 real numbers have no density to sample; set sampler.beta_min, or "
                 "begin the ladder, above 0");
  const SamplerEntry inner = named_or_composed(options.text("inner"), options.where("inner"));
  const bool is_local = inner.name == "heat_bath" || inner.name == "metropolis";
  const LocalRule rule = inner.name == "heat_bath" ? LocalRule::heat_bath : LocalRule::metropolis;
  check_rungs(options, tempering.betas, model);
  auto walk = system.spins != nullptr && is_local ? make_spin_ladder(options, system, rule)
                                                  : make_rung_ladder(options, system, inner, model);
  auto ladder = std::make_unique<Tempering>(std::move(walk), tempering);
  SamplerParts parts;
  parts.tempering = ladder.get();
  parts.sampler = std::move(ladder);
  return parts;
}

}  // namespace

std::vector<double> read_ladder(const Options& options, std::string_view key, double beta) {
  std::vector<double> betas;
  try {
    betas = parse_range(options.text(key));
  } catch (const UserError& error) {
    options.fail(key, error.what());
  }
  const std::string said = fmt::format("{} = {}", key, options.text(key));
  if (betas.empty() || betas.front() < 0)
    options.fail(key, said + ": inverse temperatures are 0 or larger");
  if (std::ranges::adjacent_find(betas, std::greater_equal<>()) != betas.end())
    options.fail(key, said +
                          ": write the inverse temperatures from the smallest to the largest, "
                          "each once");
  const auto own = std::ranges::find_if(betas, [&](double b) { return is_same(b, beta); });
  if (own != betas.end())
    *own = beta;
  else if (betas.back() < beta)
    betas.push_back(beta);
  else
    options.fail(key, fmt::format("{} passes over beta = {} of the system: add it to the list, or "
                                  "set system.beta to one of its entries",
                                  said, beta));
  return betas;
}

SamplerEntry tempering_entry() {
  SamplerEntry entry;
  entry.name = "tempering";
  entry.summary = "replica exchange over any sampler: a chain is a ladder of temperatures";
  entry.options = {
      option::text("ladder", "",
                   "inverse temperatures, 0:1:0.1 or a list; the system's is added "
                   "at the end"),
      option::integer("replicas", "16", "[2, 4096]",
                      "without ladder: temperatures, spaced in warm-up for equal acceptance"),
      option::real("beta_min", "0", "[0, inf)", "without ladder: the smallest inverse temperature"),
      option::text("inner", "heat_bath",
                   "sampler at every temperature, or several as in name; its keys go here too"),
      option::integer("swap_every", "1", "[1, 1000000]", "its steps between two exchanges"),
  };
  entry.example =
      "[sampler]\nname = tempering\nchains = 64\nreplicas = 16\nbeta_min = 0\ninner = heat_bath\n";
  entry.has_inner = true;
  entry.make = make_tempering;
  return entry;
}

}  // namespace nmc::catalog
