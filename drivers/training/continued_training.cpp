#include "drivers/training/continued_training.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "core/archive/checkpoint.hpp"
#include "drivers/training/training_file.hpp"
#include "models/training/trainer.hpp"

namespace nmc::drivers {
namespace {

TrainingOptions limits_of(const Job& job) {
  TrainingOptions limits;
  limits.steps = job.train.integer("steps");
  limits.patience = job.train.integer("patience");
  limits.stop_at_ess = job.train.real("stop_at_ess");
  limits.stop_after_seconds = job.train.seconds("time");
  return limits;
}

// Draws of a sampler that does without the network stay what they are.
bool samples_with_network(const Job& job) {
  return job.sampler_entry == nullptr || job.sampler_entry->needs_model;
}

bool is_of_command_line(const std::string& origin) {
  return origin.starts_with("--");
}

std::optional<archive::File> stored_file(const OutputDirectory& directory,
                                         const OutputDirectory::Say& say) {
  archive::LoadedCheckpoint loaded = archive::Checkpoints(directory.file("train.h5")).load();
  for (const std::string& message : loaded.messages)
    if (say) say(message);
  return std::move(loaded.file);
}

}  // namespace

std::optional<TrainingState> stored_training(const OutputDirectory& directory,
                                             const OutputDirectory::Say& say) {
  const auto file = stored_file(directory, say);
  return file ? std::optional(read_training(*file)) : std::nullopt;
}

std::optional<TrainingProgress> stored_progress(const OutputDirectory& directory) {
  const auto file = stored_file(directory, {});
  return file ? std::optional(read_progress(*file)) : std::nullopt;
}

TrainingSoFar training_so_far(const Job& job, const OutputDirectory& directory) {
  const auto stored = stored_progress(directory);
  if (!stored) return TrainingSoFar::none;
  const TrainingOptions limits = limits_of(job);
  if (limits.steps < stored->step)
    job.train.fail("steps",
                   fmt::format("train.steps = {} are fewer than the {} steps that are done in {}: "
                               "leave them, or --restart to move the old run aside",
                               limits.steps, stored->step, directory.path().string()));
  return end_of(*stored, limits) ? TrainingSoFar::over : TrainingSoFar::open;
}

bool trains_given_network(const Job& job, bool must_train) {
  const bool is_asked = job.train.flag("continue");
  const std::string& file = job.model.text("file");
  if (file.empty()) {
    if (is_asked)
      job.train.fail("continue",
                     "continue = true trains the network of model.file on, and none is given; to "
                     "train the network of this directory longer raise train.steps");
    return false;
  }
  if (must_train || is_asked) {
    if (!is_asked && job.train.is_given("continue"))
      job.train.fail("continue", fmt::format("continue = false uses {} as it is, and nmc train "
                                             "trains it on: leave one of them out",
                                             file));
    return true;
  }
  const bool is_ambiguous =
      !job.train.is_given("continue") && is_of_command_line(job.train.origin("steps"));
  if (is_ambiguous)
    job.train.fail("steps", fmt::format("model.file = {} is a network already: shall it be trained "
                                        "on for {} steps (--train.continue=true) or used as it is "
                                        "(--train.continue=false)?",
                                        file, job.train.text("steps")));
  return false;
}

void set_earlier_network_aside(const Job& job, const OutputDirectory& directory, Index step,
                               const OutputDirectory::Say& say) {
  std::vector<std::string> names;
  if (samples_with_network(job))
    names = {"result.h5", "sample.h5", "sample.previous.h5", "parts", "failed.h5"};
  // The last one: without it the directory is one of a training that was stopped.
  names.emplace_back("model.h5");
  const std::string aside = directory.set_aside(names, fmt::format("network_{}", step));
  if (!aside.empty())
    say(fmt::format("the network of {} steps, and what was sampled with it, are in {}", step,
                    aside));
}

}  // namespace nmc::drivers
