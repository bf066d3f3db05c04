#include "drivers/sample/sample_phase.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/archive/publish.hpp"
#include "drivers/plan/sampled_columns.hpp"
#include "drivers/sample/classical_chains.hpp"
#include "drivers/sample/held_draws.hpp"
#include "drivers/sample/running_quality.hpp"
#include "drivers/sample/sample_files.hpp"
#include "drivers/sample/stop_rule.hpp"
#include "drivers/session/phase_clock.hpp"

namespace nmc::drivers {
namespace {

// Chunks small enough that every thread of every rank has one; results do not depend on them.
SimulationOptions with_chunks(const Plan& plan, const Session& session) {
  SimulationOptions options = plan.simulation;
  const Sampler& sampler = *plan.sampler.sampler;
  constexpr Index kLanes = 8;  // doubles of one vector register
  const Index workers = session.ranks().size() * session.threads().count();
  const Index share = (options.chains * sampler.traits().rows_per_chain + workers - 1) / workers;
  options.chunk = sampler.traits().preferred_chunk;
  options.chunk = std::clamp((share + kLanes - 1) / kLanes * kLanes, kLanes, options.chunk);
  options.held_draws = most_held_draws(plan);
  if (plan.starts_classically)
    options.start = [&plan, &session](Range rows) { return classical_start(plan, session, rows); };
  return options;
}

class SamplingRun {
 public:
  SamplingRun(Plan& plan, Session& session)
      : plan_(plan),
        session_(session),
        files_(session),
        simulation_(*plan.sampler.sampler, plan.observables, with_chunks(plan, session),
                    session.ranks(), session.threads()),
        quality_(plan),
        clock_(resume()) {}

  Sampled run() {
    if (has_resumed_) session_.progress().say("sampling resumes " + place_text());
    const bool is_done = run_segments();
    if (!is_saved_) checkpoint();
    if (!is_done)
      throw Interrupted(fmt::format("stopped {} after a checkpoint in {}: {}", place_text(),
                                    session_.directory().path().string(),
                                    session_.way_to_resume()));
    return collect();
  }

  // What is stored, at what it had cost.
  Sampled stored() {
    require(has_resumed_, "there are no draws yet");
    Sampled sampled = collect();
    sampled.time = cost_before_.time;
    return sampled;
  }

 private:
  archive::PhaseTime resume() {
    const auto stored = files_.load(plan_.simulation, simulation_.local_rows());
    const Index warmup = plan_.simulation.warmup;
    const Index steps = stored ? stored->state.steps : 0;
    begin_phase(steps < warmup, steps < warmup ? steps : stored ? stored->parts.draws() : 0);
    if (!stored) return {"sample", 0, 0};
    simulation_.resume(stored->state, {});
    require(stored->parts.draws() == 0 || stored->parts.names() == simulation_.records().names,
            "the checkpoint was written with other observables or another sampler");
    has_resumed_ = is_saved_ = true;
    cost_before_ = stored->cost;
    return cost_before_.time;
  }

  bool run_segments() {
    const Index most = plan_.simulation.draws;
    if (!plan_.stop.is_set()) return run_to(most);
    // Stopped at a look, it is judged at once.
    for (Index look = next_look(simulation_.draws_done() - 1);; look = next_look(look)) {
      if (!run_to(std::min(look, most))) return false;
      if (!is_saved_) checkpoint();
      if (!is_stop_met() && look < most) continue;
      plan_.simulation.draws = units_;
      return true;
    }
  }

  // On rank 0, which has all draws on its disk.
  bool is_stop_met() {
    StopJudgement judged;
    session_.on_root([&] {
      const DrawParts::Poll poll = [this] { session_.require_unasked(); };
      judged = judge_stop(plan_.stop, plan_, DrawParts(session_.directory(), units_, poll), poll);
    });
    const Index most = plan_.simulation.draws;
    stop_ = {session_.ranks().broadcast(judged.text), session_.ranks().any(judged.is_met), units_,
             most};
    session_.ranks().broadcast({&judged.needed, 1});
    session_.expect(
        std::clamp(judged.needed, static_cast<double>(units_), static_cast<double>(most)));
    return stop_.is_met;
  }

  bool run_to(Index draws) {
    try {
      return simulation_.run_to(draws,
                                [this](const Segment& segment) { return on_segment(segment); });
    } catch (const NumericalError& error) {
      // Before the first step there is no good state to keep.
      if (simulation_.steps_done() > 0) files_.save(simulation_, kept_, cost());
      throw NumericalError(fmt::format("{} ({})", error.what(), save_failure()));
    }
  }

  // "at draw 840 of 2000".
  std::string place_text() const {
    return is_warmup_ ? fmt::format("in warm-up, at step {} of {}", units_, plan_.simulation.warmup)
                      : fmt::format("at draw {} of {}", units_, plan_.simulation.draws);
  }

  void begin_phase(bool is_warmup, Index units) {
    is_warmup_ = is_warmup;
    units_ = units;
    const Index total = is_warmup ? plan_.simulation.warmup : plan_.simulation.draws;
    session_.begin_phase(is_warmup ? "warmup" : "sample", is_warmup ? "steps" : "draws",
                         static_cast<double>(units), static_cast<double>(total));
  }

  bool on_segment(const Segment& segment) {
    is_saved_ = false;
    units_ = segment.steps_done;
    quality_.add(simulation_, segment.draws);
    session_.advance(static_cast<double>(units_),
                     [&](RunStatus& status) { quality_.note(status); });
    if (segment.is_warmup && segment.steps_done == segment.steps_total) begin_phase(false, 0);
    if (segment.configurations != nullptr)
      kept_.insert(kept_.end(), segment.configurations->begin(), segment.configurations->end());
    session_.progress().show([this] { return progress_line(); });
    if (session_.must_stop()) return false;
    const bool is_full = simulation_.room() == 0;
    if (session_.is_checkpoint_due() || is_full) checkpoint();
    return true;
  }

  void checkpoint() {
    files_.save(simulation_, kept_, cost());
    simulation_.forget_draws();
    is_saved_ = true;
    kept_.clear();
    session_.note_checkpoint(static_cast<double>(units_));
  }

  ProgressLine progress_line() const {
    Pace pace = session_.pace();
    pace.draws_per_unit = static_cast<double>(plan_.simulation.chains);
    return ProgressLine().add(Worth::tag, session_.tag()).add(pace_line(pace)).add(quality_.line());
  }

  // The rank that holds the failed chain writes its configuration; the others have none.
  std::string save_failure() const {
    const std::string path = session_.directory().file("failed.h5");
    if (const auto& failure = simulation_.failure())
      archive::publish_file(path, [&](archive::File& file) {
        file.create_group("/failed");
        file.set_attribute("/failed", "chain", failure->chain);
        file.set_attribute("/failed", "step", failure->step);
        file.write_batch("/failed/x", failure->configuration);
      });
    return "its configuration is in " + path + ", the last good state in " +
           session_.directory().file("sample.h5");
  }

  Sampled collect() {
    const Records& records = simulation_.records();
    const SamplingCost cost = this->cost();
    Sampled sampled{records.names, records.observables, cost.time, cost.parts};
    if (plan_.tempering != nullptr) {
      const Batch memory = session_.ranks().gather_rows(simulation_.memory());
      sampled.ladder = SampledLadder{plan_.tempering->betas(), plan_.own_rung,
                                     memory.rightCols(ReplicaMemory::parts)};
    }
    collect_sums(sampled);
    sampled.binned = session_.ranks().gather_rows(simulation_.binned());
    sampled.stop = stop_;
    return sampled;
  }

  // Of earlier starts and this one.
  SamplingCost cost() const {
    SamplingCost cost{clock_.read(session_.ranks())};
    const std::vector<std::string> names = plan_.sampler.sampler->traits().part_names;
    const std::vector<PartCost> costs = simulation_.part_costs();
    for (std::size_t part = 0; part < std::min(names.size(), costs.size()); ++part) {
      const Column seconds = Column::Constant(1, costs[part].cpu_seconds);
      SampledPart sum{names[part], {costs[part].runs, session_.ranks().ordered_sum(seconds)}};
      for (const auto& [name, before] : cost_before_.parts)
        if (name == sum.name) {
          sum.cost.runs += before.runs;
          sum.cost.cpu_seconds += before.cpu_seconds;
        }
      cost.parts.push_back(sum);
    }
    return costs.empty() ? SamplingCost{cost.time, cost_before_.parts} : cost;
  }

  void collect_sums(Sampled& sampled) const {
    if (plan_.arrays.empty()) return;
    const Index rungs = rows_per_chain(plan_);
    const Batch all = session_.ranks().gather_rows(simulation_.sums()).transpose();
    Index first = 0;
    for (const auto& array : plan_.arrays) {
      Batch rows = all.middleRows(first, array->size());
      first += array->size();
      if (array->is_of_pairs()) rows = pair_columns(rows, rungs);
      if (plan_.tempering != nullptr) rows = rung_columns(rows, plan_.own_rung, rungs);
      sampled.sums.push_back(rows.transpose());
    }
    sampled.array_draws = simulation_.array_draws();
  }

  Plan& plan_;
  Session& session_;
  SampleFiles files_;
  Simulation simulation_;
  Kept kept_;
  bool is_warmup_ = false, has_resumed_ = false;
  bool is_saved_ = false;  // whether the newest checkpoint holds all that was done
  RunningQuality quality_;
  SamplingCost cost_before_;
  Index units_ = 0;  // steps of the warm-up or draws that are done
  StopReport stop_;
  PhaseClock clock_;  // after what resume() sets
};

}  // namespace

Sampled sample_phase(Plan& plan, Session& session) {
  return SamplingRun(plan, session).run();
}

Sampled stored_samples(Plan& plan, Session& session) {
  return SamplingRun(plan, session).stored();
}

}  // namespace nmc::drivers
