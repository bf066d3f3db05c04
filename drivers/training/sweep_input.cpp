#include "drivers/training/sweep_input.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "drivers/training/stored_rows.hpp"
#include "models/symmetry/flip_symmetric_spins.hpp"

namespace nmc::drivers {
namespace {

SweptModel swept_model(const Job& job, Trainable& model) {
  // Bonds that a training changes are those of some networks, which no role speaks of.
  if (auto* machine = dynamic_cast<SweptState*>(&model)) return {&model, machine, false};
  // The same inside a mixture of two images.
  if (auto* mixture = dynamic_cast<FlipSymmetricSpins*>(&model))
    // The network that is mixed.
    if (auto* machine = dynamic_cast<SweptState*>(&mixture->network()))
      return {&model, machine, true};
  job.train.fail("optimiser",
                 "sweeps learn Born machines, alone or with symmetry = z2: use model mps or tree, "
                 "or adam");
}

Batch read_spins(const Job& job, Index sites) {
  const std::string& source = job.train.text("data");
  if (source.find(':') == std::string::npos)
    job.train.fail("data", "sweeps go over a data set: data = FILE.h5:DATASET");
  Batch s = read_rows(job.train, "data");
  if (s.cols() != sites)
    job.train.fail("data", fmt::format("{} has {} entries per configuration; the system has {} "
                                       "sites",
                                       source, s.cols(), sites));
  for (Index row = 0; row < s.rows(); ++row)
    if (!(s.row(row).abs() == 1).all())
      job.train.fail("data", fmt::format("configuration {} of the data set holds other numbers "
                                         "than 1 and -1; of 0 and 1 take 2 x - 1",
                                         row));
  return s;
}

// Keys of the optimisers that go along gradients with a rate.
void refuse_rates(const Job& job) {
  if (job.train.text("objective") != "forward")
    job.train.fail("objective", "sweeps learn from data: set objective = forward");
  for (const char* key : {"batch", "learning_rate", "schedule", "warmup", "clip", "gradient",
                          "validate_every", "validate_batch", "stop_at_ess", "anneal_steps",
                          "beta_start", "forward_weight", "kernel", "bandwidths"})
    if (job.train.is_given(key))
      job.train.fail(key, fmt::format("{} does nothing in sweeps, which find the best step on each "
                                      "line and validate after each sweep: leave it out",
                                      key));
}

SweptData split(const Job& job, Batch s) {
  const double share = job.train.real("held_out");
  const auto held_out = static_cast<Index>(std::floor(share * static_cast<double>(s.rows())));
  if (held_out == s.rows())
    job.train.fail("held_out", fmt::format("all {} configurations are held out", s.rows()));
  const Index trained = s.rows() - held_out;
  return {s.topRows(trained), s.bottomRows(held_out)};
}

}  // namespace

bool learns_by_sweeps(const Job& job) {
  return job.train.text("optimiser") == "sweeps";
}

std::unique_ptr<SweepTraining> make_sweeps(const Job& job, const System& system, Trainable& model,
                                           Workers workers) {
  refuse_rates(job);
  const SweptModel swept = swept_model(job, model);
  SweptData data = split(job, read_spins(job, system.target->sites()));
  SweepOptions options;
  options.limits.steps = job.train.integer("steps");
  options.limits.patience = job.train.integer("patience");
  options.limits.stop_after_seconds = job.train.seconds("time");
  options.pairs = {swept.machine->most_bonds(), job.train.real("cutoff"),
                   job.train.integer("pair_steps")};
  options.begins_anew = job.model.text("file").empty();
  try {
    return std::make_unique<SweepTraining>(swept, std::move(data), options, workers);
  } catch (const UserError& error) {
    job.train.fail("optimiser", error.what());
  }
}

}  // namespace nmc::drivers
