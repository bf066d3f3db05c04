#include "drivers/training/training_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <functional>

#include "core/archive/publish.hpp"

/// The log of a training in a file: its losses have the names that the objective gives them.
namespace nmc::drivers {
namespace {

/// Two steps with a loss of each kind, and a validation of one of a name of its own.
TrainingState state_of(const std::string& name) {
  TrainingState state;
  state.log.resize(2);
  state.log[0].reverse.loss = 0.5;
  state.log[0].losses = {{name, 1.5, 0.25}};
  state.log[1].step = 1;
  state.validations.resize(1);
  state.validations[0].losses = {{name, -2.5}};
  state.validations[0].score = -2.5;
  return state;
}

/// The same where a training has it.
void write_state(archive::File& file, const TrainingState& state) {
  const AdamState& adam = state.optimiser;
  write_training(file,
                 {.progress = state,
                  .parameters = state.parameters,
                  .optimiser_steps = adam.steps,
                  .m = adam.m,
                  .v = adam.v,
                  .v_max = adam.v_max,
                  .data = state.data,
                  .best_parameters = state.best_parameters},
                 state.dates);
}

/// What `write` puts into a file, read by `read`.
void through_file(const std::function<void(archive::File&)>& write,
                  const std::function<void(const archive::File&)>& read) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("training_file_" + std::to_string(getpid()) + ".h5");
  archive::publish_file(path.string(), write);
  read(archive::File::open(path.string()));
  std::filesystem::remove(path);
}

TEST(TrainingFile, GivesBackLossesOfAnyName) {
  for (const std::string name : {"forward_loss", "contrast"}) {
    through_file([&](archive::File& file) { write_state(file, state_of(name)); },
                 [&](const archive::File& file) {
                   const TrainingState state = read_training(file);
                   ASSERT_EQ(state.log.size(), 2U);
                   ASSERT_EQ(state.log[0].losses.size(), 1U) << name;
                   EXPECT_EQ(state.log[0].losses[0].name, name);
                   EXPECT_EQ(state.log[0].losses[0].mean, 1.5);
                   EXPECT_EQ(state.log[0].losses[0].error, 0.25);
                   EXPECT_EQ(state.log[0].reverse.loss, 0.5);
                   EXPECT_TRUE(state.log[1].losses.empty()) << name;
                   ASSERT_EQ(state.validations[0].losses.size(), 1U);
                   EXPECT_EQ(state.validations[0].losses[0].mean, -2.5);
                   EXPECT_EQ(state.validations[0].score, -2.5);
                 });
  }
}

TEST(TrainingFile, GivesBackEveryNumber) {
  TrainingState state = state_of("contrast");
  state.step = 7;
  state.best_step = 5;
  state.best_score = -1.25;
  state.wall_seconds = 3.5;
  state.cpu_seconds = 4.5;
  state.dates = {"one day", "another"};
  state.has_extra_validation = true;
  state.parameters = {1, 2, 3};
  state.optimiser = {6, {4, 5, 6}, {7, 8, 9}, {10, 11, 12}};
  state.data = {13};
  state.best_parameters = {14, 15, 16};
  through_file(
      [&](archive::File& file) { write_state(file, state); },
      [&](const archive::File& file) {
        const TrainingState read = read_training(file);
        EXPECT_EQ(read.parameters, state.parameters);
        EXPECT_EQ(read.optimiser, state.optimiser);
        EXPECT_EQ(read.data, state.data);
        EXPECT_EQ(read.best_parameters, state.best_parameters);
        for (const TrainingProgress& progress : {read_progress(file), TrainingProgress(read)}) {
          EXPECT_EQ(progress.step, 7);
          EXPECT_EQ(progress.best_step, 5);
          EXPECT_EQ(progress.best_score, -1.25);
          EXPECT_EQ(progress.wall_seconds, 3.5);
          EXPECT_EQ(progress.cpu_seconds, 4.5);
          EXPECT_EQ(progress.dates.started, "one day");
          EXPECT_EQ(progress.dates.ended, "another");
          EXPECT_TRUE(progress.has_extra_validation);
          EXPECT_EQ(progress.log.size(), 2U);
          EXPECT_EQ(progress.validations.size(), 1U);
        }
      });
}

TEST(TrainingFile, OfResultsHasForwardLossAlwaysAndEveryOtherLossByName) {
  through_file([&](archive::File& file) { write_train_group(file, state_of("contrast")); },
               [](const archive::File& file) {
                 EXPECT_EQ(file.read_doubles("/train/contrast").front(), 1.5);
                 EXPECT_EQ(file.read_doubles("/train/contrast_error").front(), 0.25);
                 EXPECT_EQ(file.read_doubles("/train/validation_contrast").front(), -2.5);
                 EXPECT_TRUE(std::isnan(file.read_doubles("/train/forward_loss").front()));
                 EXPECT_TRUE(file.has("/train/forward_loss_error"));
                 EXPECT_TRUE(std::isnan(file.read_doubles("/train/validation_forward_loss")[0]));
               });
}

}  // namespace
}  // namespace nmc::drivers
