#include "drivers/training/mmd_input.hpp"

#include <fmt/format.h>

#include "drivers/training/configurations.hpp"
#include "models/training/mmd.hpp"

namespace nmc::drivers {
namespace {

void check_keys(const Job& job, const Trainable& model) {
  const Options& train = job.train;
  if (model.abilities().states == nullptr)
    train.fail(
        "objective",
        "objective = mmd sums over all states, which a circuit alone knows, and that without "
        "symmetry: leave the symmetry of a circuit out, use model circuit, or objective = forward");
  for (const char* key : {"batch", "gradient", "anneal_steps", "beta_start"})
    if (train.is_given(key))
      train.fail(key, fmt::format("{} does nothing in objective = mmd, an exact sum over all "
                                  "states with its exact gradient: leave it out",
                                  key));
  if (train.text("data").find(':') == std::string::npos)
    train.fail("data", "objective = mmd compares with a data set: data = FILE.h5:DATASET");
}

}  // namespace

std::unique_ptr<Objective> make_mmd(const Job& job, const System& system, const Trainable& model,
                                    std::optional<double> log_z) {
  check_keys(job, model);
  const Batch rows = read_configurations(job, system);
  const Index held_out = held_out_rows(job, rows.rows());
  if (held_out >= rows.rows())
    job.train.fail("held_out", fmt::format("all {} configurations are held out", rows.rows()));
  MmdKernel kernel;
  kernel.bandwidths = job.train.reals("bandwidths");
  if (job.train.text("kernel") == "numbers") kernel.distance = MmdKernel::Distance::numbers;
  const Batch learned = rows.topRows(rows.rows() - held_out), judges = rows.bottomRows(held_out);
  return std::make_unique<Mmd>(model, Mmd::Data{learned, judges}, std::move(kernel),
                               DrawJudge{system.target.get(), log_z});
}

}  // namespace nmc::drivers
