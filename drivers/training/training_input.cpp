#include "drivers/training/training_input.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "drivers/catalog/read/read_lattice.hpp"
#include "drivers/job/sections.hpp"
#include "drivers/training/configurations.hpp"
#include "drivers/training/mmd_input.hpp"
#include "models/training/condition_draws.hpp"
#include "models/training/condition_ramp.hpp"
#include "models/training/flow_matching.hpp"
#include "models/training/mixed_kl.hpp"
#include "models/training/sampler_data.hpp"
#include "physics/systems/family_slice.hpp"

namespace nmc::drivers {
namespace {

Schedule read_schedule(const Options& train) {
  Schedule schedule;
  schedule.rate = train.real("learning_rate");
  schedule.steps = train.integer("steps");
  schedule.warmup = train.integer("warmup");
  schedule.decay = decay_from_name(train.text("schedule"));
  return schedule;
}

TrainingOptions read_options(const Job& job) {
  const Options& train = job.train;
  TrainingOptions options;
  options.steps = train.integer("steps");
  options.batch = train.integer("batch");
  options.seed = static_cast<std::uint64_t>(job.run.integer("seed"));
  options.schedule = read_schedule(train);
  options.adam.is_amsgrad = train.text("optimiser") == "amsgrad";
  options.clip = train.real("clip");
  options.validate_every = train.integer("validate_every");
  options.validate_batch = train.integer("validate_batch");
  options.patience = train.integer("patience");
  options.stop_at_ess = train.real("stop_at_ess");
  options.stop_after_seconds = train.seconds("time");
  return options;
}

std::unique_ptr<DataSource> read_data_set(const Job& job, const System& system) {
  Batch configurations = read_configurations(job, system);
  const Index held_out = held_out_rows(job, configurations.rows());
  try {
    return std::make_unique<DataSet>(std::move(configurations), held_out);
  } catch (const UserError& error) {
    job.train.fail("data", error.what());
  }
}

// A chain that feeds the training runs untuned from the first step on.
catalog::SamplerParts make_data_sampler(const Job& job, const System& system) {
  const std::string& name = job.train.text("data");
  if (name.empty())
    job.train.fail("data",
                   "a forward objective needs data = FILE.h5:DATASET, or "
                   "the name of a sampler that needs no tuning");
  if (name.ends_with(".h5"))
    job.train.fail("data", fmt::format("which of its datasets? write data = {}:DATASET", name));
  const auto& entry = catalog::find_sampler(name, job.train.where("data"));
  const char* simple = system.target->support() == Support::real ? "block_gibbs" : "heat_bath";
  std::vector<OptionSpec> specs = section_options("sampler");
  specs.insert(specs.end(), entry.options.begin(), entry.options.end());
  const std::vector<GivenOption> given{{"sampler", "name", name, job.train.origin("data")}};
  // The rows of a ladder are of many temperatures.
  if (!entry.incomplete.empty() || entry.has_inner)
    job.train.fail("data",
                   fmt::format("{} gives no chains of the system by itself; train on {}, or "
                               "on a file of its configurations",
                               name, simple));
  if (!entry.needs_model) {
    auto parts = entry.make(resolve_section("sampler", given, specs, ""), system, nullptr);
    // Wolff tunes how much a step does, and not whether it does it right.
    if (!is_tuned(parts.sampler->tuning()) || name == "wolff") return parts;
  }
  job.train.fail("data", fmt::format("{} needs tuning or a network; train on {}, or on a "
                                     "file of its configurations",
                                     name, simple));
}

// Keys that the objective and the optimiser would not read.
void check_objective(const Options& train) {
  for (const char* key : {"cutoff", "pair_steps"})
    if (train.is_given(key)) train.fail(key, fmt::format("{} goes with optimiser = sweeps", key));
  const std::string& objective = train.text("objective");
  if (objective == "reverse" && train.is_given("data"))
    train.fail(
        "data",
        "data are for objective = forward, mixed or flow_matching, and this one is reverse: set "
        "objective, or leave data out");
  if (objective == "reverse" && train.is_given("held_out"))
    train.fail("held_out",
               "held_out is a share of data, and this objective has none: leave it out");
  if (objective != "mixed" && train.is_given("forward_weight"))
    train.fail(
        "forward_weight",
        fmt::format("forward_weight goes with objective = mixed, and this one is {}", objective));
  for (const char* key : {"kernel", "bandwidths"})
    if (objective != "mmd" && train.is_given(key))
      train.fail(key,
                 fmt::format("{} goes with objective = mmd, and this one is {}", key, objective));
}

// The system at other numbers of these names; null where it is not known there.
std::unique_ptr<const TargetFamily> family_over(const Job& job, const System& system,
                                                const std::vector<std::string>& names) {
  if (!job.system_entry->family) return nullptr;
  std::unique_ptr<const TargetFamily> whole = job.system_entry->family(job.system);
  const auto& ranges = whole->ranges();
  for (const std::string& name : names)
    if (std::ranges::find(ranges, name, &ConditionRange::name) == ranges.end()) return nullptr;
  Condition own = condition_of(system, ranges);
  return std::make_unique<FamilySlice>(std::move(whole), std::move(own), names);
}

std::vector<std::string> names_of(const std::vector<ConditionRange>& ranges) {
  std::vector<std::string> names;
  for (const ConditionRange& range : ranges) names.push_back(range.name);
  return names;
}

bool has_annealing(const Options& train) {
  if (train.integer("anneal_steps") != 0) return true;
  if (train.is_given("beta_start"))
    train.fail("beta_start", "beta_start needs anneal_steps: how long the annealing takes");
  return false;
}

// The annealing of beta, which the system has or not.
std::unique_ptr<const ConditionPath> read_ramp(const Job& job, const System& system,
                                               bool has_beta) {
  const Index steps = job.train.integer("anneal_steps");
  if (!has_beta)
    job.train.fail("anneal_steps", fmt::format("{} has no beta to anneal", system.name));
  if (steps > job.train.integer("steps"))
    job.train.fail("anneal_steps",
                   fmt::format("anneal_steps = {} is more than steps = {}: the training would end "
                               "before it reaches the system's beta; lower one or raise the other",
                               steps, job.train.integer("steps")));
  return std::make_unique<ConditionRamp>(Condition{{job.train.real("beta_start")}},
                                         Condition{{system.beta}}, steps);
}

// The conditions of a conditional network, each step at one of them.
std::unique_ptr<const ConditionPath> read_draws(const Job& job,
                                                const std::vector<ConditionRange>& ranges) {
  if (job.train.integer("anneal_steps") != 0)
    job.train.fail("anneal_steps",
                   "a conditional network is trained at all its conditions from the first step "
                   "on: leave anneal_steps out");
  const std::string& objective = job.train.text("objective");
  if (objective == "forward" || objective == "flow_matching")
    job.train.fail("objective",
                   "data have one condition, and a conditional network needs all of its range: "
                   "use objective = reverse or mixed");
  return std::make_unique<ConditionDraws>(ranges,
                                          static_cast<std::uint64_t>(job.run.integer("seed")));
}

// Where a range ends outside of the system, a draw of the training would find it out. An end
// itself, as beta = 0, is never drawn.
void check_ends(const Job& job, const TargetFamily& family,
                const std::vector<ConditionRange>& ranges) {
  for (std::size_t corner = 0; corner < (std::size_t{1} << ranges.size()); ++corner) {
    Condition at;
    for (std::size_t k = 0; k < ranges.size(); ++k) {
      constexpr double kInside = 1e-9;
      const double place = (corner >> k) % 2 == 0 ? kInside : 1 - kInside;
      at.values.push_back(ranges[k].least + place * (ranges[k].most - ranges[k].least));
    }
    try {
      (void)family.at(at);
    } catch (const UserError& error) {
      const bool is_beta = ranges.size() == 1 && ranges.front().name == "beta";
      const char* const beta = corner == 0 ? "beta_min" : "beta_max";
      job.model.fail(is_beta ? beta : "conditions",
                     fmt::format("the system is not there at an end of the range: {}; end it "
                                 "before that",
                                 error.what()));
    }
  }
}

std::optional<double> known_log_z(const System& system) {
  ExactEffort effort;
  effort.moments = Moments::none;
  const ExactAnswer answer = system.exact(effort);
  return answer.value ? std::optional(answer.value->lnZ) : std::nullopt;
}

// Share of the data in what is minimised.
double read_forward_weight(const Options& train) {
  const std::string& objective = train.text("objective");
  if (objective == "forward" || objective == "flow_matching") return 1;
  return objective == "mixed" ? train.real("forward_weight") : 0;
}

}  // namespace

TrainingInput::TrainingInput(const Job& job, const System& system, const Trainable& model,
                             Workers workers)
    : options_(read_options(job)) {
  check_objective(job.train);
  if (job.train.text("objective") == "mmd") {
    options_.batch = 1;  // the exact number, without draws
    objective_ = make_mmd(job, system, model, known_log_z(system));
    return;
  }
  read_way(job, system, model);
  const double forward_weight = read_forward_weight(job.train);
  if (forward_weight > 0) make_data(job, system, workers);
  const Target& target = *system.target;
  const std::optional<double> log_z = known_log_z(system);
  const ConditionWay way{family_.get(), path_.get()};
  if (job.train.text("objective") == "flow_matching")
    objective_ = catalog::at_key(job.train, "objective", [&] {
      return std::make_unique<FlowMatching>(model, *data_, DrawJudge{&target, log_z});
    });
  else if (forward_weight == 0)
    objective_ = std::make_unique<ReverseKl>(model, target, log_z, way);
  else if (forward_weight == 1)
    objective_ = std::make_unique<ForwardKl>(model, *data_, DrawJudge{&target, log_z});
  else
    objective_ = std::make_unique<MixedKl>(ReverseKl(model, target, log_z, way),
                                           ForwardKl(model, *data_), forward_weight);
}

void TrainingInput::read_way(const Job& job, const System& system, const Trainable& model) {
  const std::vector<ConditionRange> inputs = model.conditions();
  if (!has_annealing(job.train) && inputs.empty()) return;
  const std::vector<std::string> names =
      inputs.empty() ? std::vector<std::string>{"beta"} : names_of(inputs);
  family_ = family_over(job, system, names);
  if (inputs.empty()) {
    path_ = read_ramp(job, system, family_ != nullptr);
    return;
  }
  if (family_ == nullptr)
    job.model.fail("conditional",
                   fmt::format("{} is not known at another {} than its own: leave conditional out",
                               system.name, fmt::join(names, " and ")));
  check_ends(job, *family_, inputs);
  path_ = read_draws(job, inputs);
}

Batch TrainingInput::first_data() const {
  if (data_ == nullptr) return {};
  data_->prepare();
  return data_->rows({options_.seed, 0, 0, Purpose::train}, options_.batch);
}

void TrainingInput::make_data(const Job& job, const System& system, Workers workers) {
  if (job.train.text("data").find(':') != std::string::npos) {
    data_ = read_data_set(job, system);
    return;
  }
  if (job.train.is_given("held_out"))
    job.train.fail("held_out",
                   "chains that run beside the training hold nothing out: leave it out");
  data_sampler_ = make_data_sampler(job, system);
  SamplerData::Options chain;
  chain.chains = options_.batch;
  chain.seed = options_.seed;
  data_ = std::make_unique<SamplerData>(*data_sampler_.sampler, chain, workers);
}

}  // namespace nmc::drivers
