#include "drivers/anneal/anneal_phase.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/archive/checkpoint.hpp"
#include "drivers/anneal/by_energies.hpp"
#include "drivers/catalog/samplers/spin_samplers.hpp"
#include "drivers/catalog/samplers/tempering_sampler.hpp"
#include "drivers/plan/plan.hpp"
#include "drivers/run/make_plan.hpp"
#include "drivers/session/phase_clock.hpp"

namespace nmc::drivers {
namespace {

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

/// A path in steps, and a run along it.
class WalkedPath {
 public:
  virtual ~WalkedPath() = default;
  [[nodiscard]] virtual const std::vector<double>& steps() const = 0;
  [[nodiscard]] virtual Batch run(Index run) const = 0;
};

/// Every rank makes the same pilot: it is short, and sending it would not be shorter.
class SpinPath final : public WalkedPath {
 public:
  SpinPath(const AnnealPlan& plan, const Threads& threads)
      : plan_(plan),
        annealing_(plan.annealed, plan.make, plan.options, threads),
        schedule_(annealing_.prepare(plan.betas.empty()
                                         ? annealing_.pilot_schedule(plan.system.beta, plan.culling)
                                         : plan.betas)) {}
  [[nodiscard]] const std::vector<double>& steps() const override { return schedule_.betas; }
  [[nodiscard]] Batch run(Index run) const override {
    return annealing_.run(run, schedule_, plan_.observables);
  }

 private:
  const AnnealPlan& plan_;
  Annealing annealing_;
  Annealing::Schedule schedule_;
};

class RealPath final : public WalkedPath {
 public:
  RealPath(const AnnealPlan& plan, const Threads& threads)
      : plan_(plan),
        annealing_(path_annealing(*plan.start, *plan.system.target, plan.options, threads)),
        schedule_(annealing_.pilot(plan.betas, plan.culling)) {}
  [[nodiscard]] const std::vector<double>& steps() const override { return schedule_.lambdas; }
  [[nodiscard]] Batch run(Index run) const override {
    return annealing_.run(run, schedule_, plan_.observables);
  }

 private:
  const AnnealPlan& plan_;
  PathAnnealing annealing_;
  PathAnnealing::Schedule schedule_;
};

std::unique_ptr<const WalkedPath> walked_path(const AnnealPlan& plan, const Threads& threads) {
  if (plan.start != nullptr) return std::make_unique<const RealPath>(plan, threads);
  return std::make_unique<const SpinPath>(plan, threads);
}

/// The runs of all ranks so far, in order.
class Runs {
 public:
  Runs(const AnnealPlan& plan, Session& session)
      : plan_(plan),
        session_(session),
        checkpoints_(session.directory().file("anneal_runs.h5")),
        clock_(load()) {}

  void collect(const WalkedPath& path) {
    const Ranks& ranks = session_.ranks();
    begin(path.steps());
    while (std::ssize(data_.tables) < plan_.runs) {
      const Index mine = std::ssize(data_.tables) + ranks.rank();
      std::vector<Batch> here;
      if (mine < plan_.runs) here.push_back(path.run(mine + 1));
      const Index temperatures = std::ssize(data_.betas);
      const Index columns = AnnealingColumns::observables + std::ssize(plan_.observables);
      const Batch rows = here.empty() ? Batch(0, temperatures * columns) : flattened(here);
      for (Batch& table : unflattened(ranks.gather_rows(rows), temperatures))
        data_.tables.push_back(std::move(table));
      session_.progress().show([&] {
        return ProgressLine()
            .add(Worth::tag, session_.tag())
            .add(Worth::count, fmt::format("anneal run {} of {}", data_.tables.size(), plan_.runs));
      });
      session_.advance(static_cast<double>(data_.tables.size()));
      save_if_due();
    }
    data_.time = clock_.read(ranks);
  }

  [[nodiscard]] const AnnealData& data() const { return data_; }

 private:
  archive::PhaseTime load() {
    archive::LoadedCheckpoint loaded = checkpoints_.load();
    for (const std::string& message : loaded.messages) session_.progress().say(message);
    if (!loaded.file) return {"anneal", 0, 0};
    stored_ = loaded.file->read_batch("/tables");
    // A file of an earlier version does not say.
    if (!loaded.file->has_attribute("/anneal", "cpu_seconds")) return {"anneal", 0, 0};
    return {"anneal", loaded.file->double_attribute("/anneal", "wall_seconds"),
            loaded.file->double_attribute("/anneal", "cpu_seconds"),
            loaded.file->string_attribute("/anneal", "started")};
  }

  void begin(std::vector<double> betas) {
    data_.betas = std::move(betas);
    for (const Observable* observable : plan_.observables)
      data_.observables.push_back(observable->name());
    const Index columns = AnnealingColumns::observables + std::ssize(plan_.observables);
    require(stored_.rows() == 0 || stored_.cols() == columns * std::ssize(data_.betas),
            fmt::format("the runs that are kept in {} took other steps than those of now: choose "
                        "another output.dir, or --restart to move them aside",
                        session_.directory().path().string()));
    data_.tables = unflattened(stored_, std::ssize(data_.betas));
    session_.begin_phase("anneal", "runs", static_cast<double>(data_.tables.size()),
                         static_cast<double>(plan_.runs));
  }

  void save_if_due() {
    const bool must_stop = session_.must_stop() && std::ssize(data_.tables) < plan_.runs;
    if (!must_stop && !session_.is_checkpoint_due()) return;
    data_.time = clock_.read(session_.ranks());
    session_.on_root([&] {
      checkpoints_.save(fmt::format("run {} of {}", data_.tables.size(), plan_.runs),
                        [&](archive::File& file) {
                          file.write_batch("/tables", flattened(data_.tables));
                          write_anneal(file, data_);
                        });
    });
    session_.note_checkpoint(static_cast<double>(data_.tables.size()));
    if (must_stop)
      throw Interrupted(
          fmt::format("stopped after {} of {} runs, which are kept in {}: {}", data_.tables.size(),
                      plan_.runs, session_.directory().path().string(), session_.way_to_resume()));
  }

  const AnnealPlan& plan_;
  Session& session_;
  archive::Checkpoints checkpoints_;
  AnnealData data_;
  Batch stored_;      ///< tables of earlier starts, one a row
  PhaseClock clock_;  ///< after what load() sets
};

void plan_spins(const Options& anneal, AnnealPlan& plan) {
  for (const char* key : {"start", "start_width", "leapfrog", "proposals", "walk"})
    if (anneal.is_given(key))
      anneal.fail(key,
                  fmt::format("{} is of paths to real numbers; spins are cooled from beta = 0: "
                              "leave it out",
                              key));
  plan.betas = given_schedule(anneal, plan.system.beta);
  const LocalRule rule =
      anneal.text("update") == "heat_bath" ? LocalRule::heat_bath : LocalRule::metropolis;
  const System& system = plan.system;
  if (system.spins != nullptr) {
    plan.annealed = annealed(*system.spins);
    plan.make = [rule, spins = system.spins](double beta) {
      LocalSpinsOptions local;
      local.rule = rule;
      return std::make_unique<LocalSpins>(*spins, local, std::vector{beta});
    };
    return;
  }
  plan.annealed =
      system.labels != nullptr ? annealed(*system.labels) : annealed(*system.spin_energies);
  plan.make = [rule, family = plan.family.get()](double beta) {
    return by_energies(*family, rule, beta);
  };
}

void plan_path(const Job& job, AnnealPlan& plan) {
  const System& system = plan.system;
  const auto& family = job.system_entry->family;
  const bool has_energies = system.spin_energies != nullptr || system.labels != nullptr;
  if (system.spins != nullptr || (has_energies && family)) {
    if (system.beta <= 0)
      job.system.fail("name", "annealing leads from beta = 0 to the system's beta, which is 0");
    if (system.spins == nullptr) plan.family = family(job.system);
    plan_spins(job.anneal, plan);
  } else if (system.target->support() == Support::real) {
    plan.start = read_path_start(job.anneal, system);
    plan.betas = read_path_schedule(job.anneal);
  } else {
    job.system.fail("name",
                    fmt::format("nmc anneal cools spins and labels from beta = 0, where their Z is "
                                "known, or leads real numbers from a flow to a system; {} has {}. "
                                "Use system ising, potts or rbm, or sampler tempering",
                                system.name, in_words(system.target->support())));
  }
}

}  // namespace

AnnealPlan make_anneal_plan(const Job& job, const Ranks& ranks) {
  AnnealPlan plan;
  plan.system = catalog::make_system(*job.system_entry, job.system);
  const Options& anneal = job.anneal;
  plan.runs = anneal.integer("runs");
  if (plan.runs < ranks.size())
    anneal.fail("runs", fmt::format("{} ranks and {} runs: start at most {} processes, or set "
                                    "anneal.runs",
                                    ranks.size(), plan.runs, plan.runs));
  if (anneal.text("method") == "importance") plan.options.method = AnnealingMethod::importance;
  plan.options.population = anneal.integer("population");
  plan.options.sweeps = anneal.integer("sweeps");
  plan.options.seed = static_cast<std::uint64_t>(job.run.integer("seed"));
  plan.culling = anneal.real("culling");
  plan_path(job, plan);
  plan.observables = find_observables(job, plan.system, MeasuredOn::populations);
  return plan;
}

AnnealData anneal_phase(const AnnealPlan& plan, Session& session) {
  Runs runs(plan, session);
  session.begin_phase("pilot", "runs", 0, static_cast<double>(plan.runs));
  runs.collect(*walked_path(plan, session.threads()));
  return runs.data();
}

}  // namespace nmc::drivers
