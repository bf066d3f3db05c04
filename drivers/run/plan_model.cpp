#include "drivers/run/plan_model.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "drivers/catalog/own/user_model.hpp"
#include "drivers/training/continued_training.hpp"
#include "drivers/training/network.hpp"
#include "drivers/training/sweep_input.hpp"
#include "drivers/training/training_input.hpp"
#include "models/file/model_file.hpp"
#include "models/flows/file/lift.hpp"

namespace nmc::drivers {
namespace {

// Makes what a training is made of and throws it away: its input is checked before any file is.
void check_training(const Job& job, const Ranks& ranks, const Plan& plan) {
  const Threads threads(1);
  const Workers workers{&ranks, &threads};
  if (learns_by_sweeps(job)) {
    (void)make_sweeps(job, plan.system, *plan.model, workers);
    return;
  }
  const TrainingInput input(job, plan.system, *plan.model, workers);
  const Trainer trainer(*plan.model, input.objective(), input.options(), workers);
}

void add_note(const std::string& line, Plan& plan) {
  plan.note += (plan.note.empty() ? "" : "\n") + line;
}

// The weights of a network of half the extents as a start; of a mixture those of its flow.
void lift_model(const Job& job, const std::string& path, Trainable& model) {
  const ModelFile file = read_model(path, catalog::read_own_model);
  const BijectorFlow* const larger = as_layers(model.abilities().flow);
  const BijectorFlow* const smaller = as_layers(file.model->abilities().flow);
  if (larger == nullptr || smaller == nullptr)
    job.model.fail("lift",
                   "neural_rg and kernel_flow start from networks of half the extents, "
                   "others do not: leave lift out");
  try {
    const std::vector<double> lifted = lifted_parameters(*smaller, *larger);
    std::ranges::copy(lifted, model.parameters().begin());
    model.parameters_changed();
  } catch (const UserError& error) {
    job.model.fail("lift", fmt::format("{}: {}", path, error.what()));
  }
}

// Reads the network of the directory, or else that of model.file, or else makes one.
void find_model(const Job& job, bool has_own, Plan& plan) {
  const std::string given = job.model.text("file");
  if (!given.empty() && !job.model.text("lift").empty())
    job.model.fail("lift",
                   "lift begins a new network, and file names a trained one: leave one out");
  if (has_own || !given.empty()) {
    const std::string own = (job.directory() / "model.h5").string();
    StoredNetwork stored = read_network(has_own ? own : given, job, plan.system);
    plan.model = std::move(stored.model);
    for (const NetworkNote& note : stored.notes) add_note(note.message, plan);
    // Trained on, a network learns this system.
    plan.network_notes = std::move(stored.notes);
    if (plan.trains)
      std::erase_if(plan.network_notes,
                    [](const NetworkNote& note) { return note.check != "network_keys"; });
    plan.is_model_trained = true;
  } else {
    plan.model = job.model_entry->make(job.model, plan.system,
                                       static_cast<std::uint64_t>(job.run.integer("seed")));
    if (const std::string& lift = job.model.text("lift"); !lift.empty())
      lift_model(job, lift, *plan.model);
  }
}

// A network without weights is what its keys say.
void refuse_training(const Job& job, const Phases& phases) {
  const std::string& name = job.model_entry->name;
  if (phases.must_train)
    job.model.fail("name", fmt::format("{} is made from the couplings and has nothing to train: "
                                       "nmc run draws from it",
                                       name));
  if (!job.model.text("file").empty())
    job.model.fail("file", fmt::format("{} is made from the couplings, here and now: leave file "
                                       "out, or name the network that the file holds",
                                       name));
  for (const ResolvedOption& option : job.train.all())
    if (job.train.is_given(option.spec.name))
      job.train.fail(option.spec.name,
                     fmt::format("{} does nothing: {} is made from the couplings and is not "
                                 "trained; leave it out",
                                 option.spec.name, name));
}

// Whether there is something to train. A training of the directory that was stopped, or of which
// more is asked for, comes before any other network.
bool finds_training(const Job& job, const Phases& phases, bool has_own, TrainingSoFar so_far) {
  if (!job.model_entry->is_trained) {
    refuse_training(job, phases);
    return false;
  }
  const std::string directory = job.directory().string();
  const bool is_known = has_own || !job.model.text("file").empty();
  if (!phases.train) {
    require(is_known, fmt::format("there is no trained network in {}: nmc train, or nmc run, "
                                  "makes one",
                                  directory));
    if (has_own && so_far == TrainingSoFar::open)
      job.train.fail("steps", fmt::format("the network in {} has not had all of train.steps = {}: "
                                          "nmc train, or nmc run, trains it on",
                                          directory, job.train.text("steps")));
    return false;
  }
  const bool trains_given = trains_given_network(job, phases.must_train);
  if (has_own) return so_far == TrainingSoFar::open;
  return so_far != TrainingSoFar::none || !is_known || trains_given;
}

}  // namespace

void make_model(const Job& job, const Launch& launch, Plan& plan) {
  const OutputDirectory directory(job.directory());
  const bool has_own = !launch.restart && directory.has("model.h5");
  const TrainingSoFar so_far =
      launch.restart ? TrainingSoFar::none : training_so_far(job, directory);
  plan.trains = finds_training(job, launch.phases, has_own, so_far);
  find_model(job, has_own, plan);
  const bool is_given = !has_own && !job.model.text("file").empty();
  if (plan.trains && is_given && plan.model->parameters().empty())
    job.model.fail("file", fmt::format("the network of {} has no weights to train: set "
                                       "train.continue = false",
                                       job.model.text("file")));
  if (job.train.text("gradient") == "path" && !plan.model->set_gradient(Gradient::path))
    job.train.fail("gradient",
                   "the path gradient is for flows, whose draws move smoothly with "
                   "their weights; spins do not: leave gradient out");
  if (plan.trains) check_training(job, launch.ranks, plan);
  if (!plan.trains && is_given && launch.phases.train)
    add_note(fmt::format("the network of {} is used as it is; train.continue = true trains it on",
                         job.model.text("file")),
             plan);
}

}  // namespace nmc::drivers
