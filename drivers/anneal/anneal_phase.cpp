#include "drivers/anneal/anneal_phase.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/archive/checkpoint.hpp"
#include "drivers/catalog/spin_samplers.hpp"
#include "drivers/catalog/tempering_sampler.hpp"
#include "drivers/run/plan.hpp"

namespace nmc::drivers {
namespace {

archive::Checkpoints checkpoints(const Session& session) {
  return archive::Checkpoints(session.directory().file("anneal_runs.h5"));
}

std::vector<double> given_schedule(const Options& anneal, double beta) {
  if (anneal.text("schedule").empty()) return {};
  if (anneal.is_given("culling"))
    anneal.fail("culling", "schedule and culling are both given; leave one of them out");
  std::vector<double> betas = catalog::read_ladder(anneal, "schedule", beta);
  if (betas.front() != 0)
    anneal.fail("schedule", fmt::format("schedule begins at beta = {}; it must begin at 0, where "
                                        "configurations can be drawn and Z is known",
                                        betas.front()));
  if (betas.back() != beta)
    anneal.fail("schedule", fmt::format("schedule leads to {}, beyond beta = {} of the system",
                                        betas.back(), beta));
  return betas;
}

/// The runs of all ranks so far, in order.
class Runs {
 public:
  Runs(const AnnealPlan& plan, Session& session, Index temperatures)
      : plan_(plan), session_(session), temperatures_(temperatures) {
    const archive::LoadedCheckpoint loaded = checkpoints(session).load();
    for (const std::string& message : loaded.messages) session.progress().say(message);
    if (loaded.file) tables_ = unflattened(loaded.file->read_batch("/tables"), temperatures);
  }

  void collect(const SpinAnnealing& annealing, const SpinAnnealing::Schedule& schedule) {
    const Ranks& ranks = session_.ranks();
    session_.begin_phase("anneal", "runs", static_cast<double>(tables_.size()),
                         static_cast<double>(plan_.runs));
    while (std::ssize(tables_) < plan_.runs) {
      const Index mine = std::ssize(tables_) + ranks.rank();
      std::vector<Batch> here;
      if (mine < plan_.runs) here.push_back(annealing.run(mine + 1, schedule, plan_.observables));
      const Index columns = AnnealingColumns::observables + std::ssize(plan_.observables);
      const Batch rows = here.empty() ? Batch(0, temperatures_ * columns) : flattened(here);
      for (Batch& table : unflattened(ranks.gather_rows(rows), temperatures_))
        tables_.push_back(std::move(table));
      session_.progress().show([&] {
        return ProgressLine()
            .add(Worth::tag, session_.tag())
            .add(Worth::count, fmt::format("anneal run {} of {}", tables_.size(), plan_.runs));
      });
      session_.advance(static_cast<double>(tables_.size()));
      save_if_due();
    }
  }

  [[nodiscard]] const std::vector<Batch>& tables() const { return tables_; }

 private:
  void save_if_due() {
    const bool must_stop = session_.must_stop() && std::ssize(tables_) < plan_.runs;
    if (!must_stop && !session_.is_checkpoint_due()) return;
    session_.on_root([&] {
      checkpoints(session_).save(
          fmt::format("run {} of {}", tables_.size(), plan_.runs),
          [&](archive::File& file) { file.write_batch("/tables", flattened(tables_)); });
    });
    session_.note_checkpoint(static_cast<double>(tables_.size()));
    if (must_stop)
      throw Interrupted(
          fmt::format("stopped after {} of {} runs, which are kept in {}: run again "
                      "to resume",
                      tables_.size(), plan_.runs, session_.directory().path().string()));
  }

  const AnnealPlan& plan_;
  Session& session_;
  Index temperatures_;
  std::vector<Batch> tables_;
};

}  // namespace

AnnealPlan make_anneal_plan(const Job& job, const Ranks& ranks) {
  AnnealPlan plan;
  plan.system = catalog::make_system(*job.system_entry, job.system);
  const Options& anneal = job.anneal;
  if (plan.system.spins == nullptr)
    job.system.fail("name",
                    fmt::format("nmc anneal cools spins from beta = 0; {} has real numbers. "
                                "Use system ising, or sampler tempering",
                                plan.system.name));
  if (plan.system.beta <= 0)
    job.system.fail("name", "annealing leads from beta = 0 to the system's beta, which is 0");
  plan.runs = anneal.integer("runs");
  if (plan.runs < ranks.size())
    anneal.fail("runs", fmt::format("{} ranks and {} runs: start at most {} processes, or set "
                                    "anneal.runs",
                                    ranks.size(), plan.runs, plan.runs));
  if (anneal.text("method") == "importance") plan.options.method = AnnealingMethod::importance;
  plan.options.population = anneal.integer("population");
  plan.options.sweeps = anneal.integer("sweeps");
  plan.options.seed = static_cast<std::uint64_t>(job.run.integer("seed"));
  plan.betas = given_schedule(anneal, plan.system.beta);
  plan.culling = anneal.real("culling");
  LocalSpinsOptions local;
  if (anneal.text("update") == "heat_bath") local.rule = LocalRule::heat_bath;
  plan.make = [local, spins = plan.system.spins](double beta) {
    return std::make_unique<LocalSpins>(*spins, local, std::vector{beta});
  };
  plan.observables = find_observables(job, plan.system, MeasuredOn::populations);
  return plan;
}

AnnealData anneal_phase(const AnnealPlan& plan, Session& session) {
  const SpinAnnealing annealing(*plan.system.spins, plan.make, plan.options, session.threads());
  AnnealData data;
  session.begin_phase("pilot", "runs", 0, static_cast<double>(plan.runs));
  // Every rank makes the same pilot: it is short, and sending it would not be shorter.
  data.betas =
      plan.betas.empty() ? annealing.pilot_schedule(plan.system.beta, plan.culling) : plan.betas;
  for (const Observable* observable : plan.observables)
    data.observables.push_back(observable->name());
  Runs runs(plan, session, std::ssize(data.betas));
  runs.collect(annealing, annealing.prepare(data.betas));
  data.tables = runs.tables();
  return data;
}

}  // namespace nmc::drivers
