#include "drivers/tomography/tomography_phase.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <utility>

#include "core/archive/checkpoint.hpp"
#include "core/archive/publish.hpp"
#include "core/errors.hpp"
#include "drivers/tomography/judge_state.hpp"
#include "drivers/tomography/persistent_phase.hpp"
#include "drivers/tomography/shots_file.hpp"
#include "models/wave/phased_wave.hpp"
#include "models/wave/rbm_wave.hpp"
#include "samplers/wave/wave_metropolis.hpp"

namespace nmc::drivers {
namespace {

/// All numbers normal with the width: without biases psi is the same with all qubits turned over,
/// and half of the outcomes along X would have no probability at all.
void randomise(WaveFunction& psi, double width, const Streams& streams) {
  const std::span<double> numbers = psi.parameters();
  Batch z(1, std::ssize(numbers));
  fill_normal(streams, z);
  for (std::size_t k = 0; k < numbers.size(); ++k) numbers[k] = width * z(0, static_cast<Index>(k));
  psi.parameters_changed();
}

Index hidden_units(const Options& options, const char* key, Index fallback) {
  return options.text(key).empty() ? fallback : options.integer(key);
}

class TomographyRun {
 public:
  TomographyRun(const Job& job, Session& session, const JudgedShots& shots, Tomography fit)
      : job_(job),
        session_(session),
        shots_(shots),
        fit_(std::move(fit)),
        checkpoints_(session.directory().file("fit.h5")) {}

  void run() {
    resume();
    const auto most = job_.train.integer("starts") * job_.train.integer("steps");
    session_.begin_phase("tomography", "steps", static_cast<double>(fit_.steps_done()),
                         static_cast<double>(most));
    while (!is_done_) advance();
    const LearnedState learned = judge_state(shots_,
                                             {fit_.best(), "L-BFGS with the exact normalisation",
                                              fit_.starts(), fit_.best_start(), cpu_seconds_},
                                             session_.threads());
    session_.on_root([&] { publish(learned); });
  }

 private:
  void advance() {
    const std::clock_t began = std::clock();
    is_done_ = !fit_.step();
    cpu_seconds_ += static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
    session_.advance(static_cast<double>(fit_.steps_done()));
    session_.progress().show([&] {
      return ProgressLine()
          .add(Worth::tag, session_.tag())
          .add(Worth::count,
               fmt::format("start {} of {}", fit_.starts().size(), job_.train.integer("starts")))
          .add(Worth::loss, fmt::format("nll {:.5g}", fit_.starts()[fit_.best_start()].nll));
    });
    if (is_done_) return save();
    const bool must_stop = session_.must_stop();
    if (must_stop || session_.is_checkpoint_due()) save();
    if (must_stop)
      throw Interrupted(fmt::format("stopped at step {} after a checkpoint in {}: {}",
                                    fit_.steps_done(), session_.directory().path().string(),
                                    session_.way_to_resume()));
  }

  void publish(const LearnedState& learned) const { publish_state(session_, fit_.best(), learned); }

  void save() {
    const std::vector<double> state = fit_.state();
    session_.on_root([&] {
      checkpoints_.save(fmt::format("step {}", fit_.steps_done()), [&](archive::File& file) {
        file.write("/state", {std::ssize(state)}, state);
        file.set_attribute("/", "is_done", is_done_ ? 1 : 0);
        file.set_attribute("/", "cpu_seconds", cpu_seconds_);
      });
    });
    session_.note_checkpoint(static_cast<double>(fit_.steps_done()));
  }

  void resume() {
    const archive::LoadedCheckpoint loaded = checkpoints_.load();
    for (const std::string& message : loaded.messages) session_.progress().say(message);
    if (!loaded.file) return;
    fit_.set_state(loaded.file->read_doubles("/state"));
    is_done_ = loaded.file->int_attribute("/", "is_done") == 1;
    cpu_seconds_ = loaded.file->double_attribute("/", "cpu_seconds");
    if (!is_done_)
      session_.progress().say(fmt::format("tomography resumes at step {}", fit_.steps_done()));
  }

  const Job& job_;
  Session& session_;
  const JudgedShots& shots_;
  Tomography fit_;
  archive::Checkpoints checkpoints_;
  bool is_done_ = false;
  double cpu_seconds_ = 0;
};

}  // namespace

TomographyPlan::TomographyPlan(const Job& job) : job_(job) {
  const Options& options = job.train;
  const auto seed = static_cast<std::uint64_t>(job.run.integer("seed"));
  if (!options.text("data").empty()) {
    shots_ = read_shots(options.text("data"));
    if (!options.text("state").empty() && shots_->sites() > whole_state_limit)
      options.fail("state", fmt::format("the shots are of {} qubits, and states are known up to "
                                        "{}: leave it out",
                                        shots_->sites(), whole_state_limit));
    if (!options.text("state").empty()) truth_ = known_state(job, shots_->sites());
  } else {
    truth_ = known_state(job, 0);
    shots_ = draw_shots(truth_->psi, read_bases(options, truth_->qubits), options.integer("shots"),
                        seed);
  }
  has_phase_ = options.text("phase") == "auto" ? shots_->is_turned() : options.flag("phase");
  if (has_phase_ && !shots_->is_turned())
    options.fail("phase",
                 "the phase is not determined: all shots are along Z, which do not depend "
                 "on it; measure in bases with X or Y, or leave phase out");
  if (!has_phase_ && options.is_given("phase_hidden"))
    options.fail("phase_hidden", "phase_hidden is of the phase, which psi has not: leave it out");
  split_ = split(*shots_, options.real("held_out"), seed);
  read_method();
}

void TomographyPlan::read_method() {
  const Options& options = job_.train;
  const std::string& method = options.text("method");
  const bool is_large = shots_->sites() > whole_state_limit;
  if (method == "exact" && is_large)
    options.fail("method", fmt::format("{} qubits: the normalisation is summed over all states up "
                                       "to {} of them; set method = pcd",
                                       shots_->sites(), whole_state_limit));
  by_chains_ = method == "pcd" || (method == "auto" && is_large);
  const auto refuse = [&](std::initializer_list<const char*> keys, const char* other) {
    for (const char* key : keys)
      if (options.is_given(key))
        options.fail(key, fmt::format("{} is of method = {}: leave it out", key, other));
  };
  if (!by_chains_) return refuse({"chains", "sweeps", "learning_rate"}, "pcd");
  refuse({"starts", "patience"}, "exact");
  try {
    (void)MetStates(split_->rest);
  } catch (const UserError& error) {
    options.fail("data", error.what());
  }
}

Index TomographyPlan::hidden() const {
  const Index n = shots_->sites();
  return hidden_units(job_.train, "hidden", has_phase_ ? n : (n + 1) / 2);
}

std::unique_ptr<WaveFunction> TomographyPlan::make_start(Index start, bool has_phase) const {
  const Options& options = job_.train;
  const Index n = shots_->sites();
  std::unique_ptr<WaveFunction> psi = std::make_unique<RbmWave>(RbmWaveShape{n, hidden()});
  if (has_phase)
    psi = std::make_unique<PhasedWave>(
        std::move(psi),
        std::make_unique<RbmWave>(RbmWaveShape{n, hidden_units(options, "phase_hidden", n)}));
  randomise(*psi, options.real("width"),
            {static_cast<std::uint64_t>(job_.run.integer("seed")),
             static_cast<std::uint64_t>(start), 0, Purpose::weights});
  return psi;
}

Tomography::Makers TomographyPlan::makers() const {
  const auto with = [this](bool has_phase) {
    return [this, has_phase](Index start) { return make_start(start, has_phase); };
  };
  Tomography::Makers makers{with(has_phase_)};
  if (!has_phase_ && shots_->is_turned()) makers.leader = with(true);
  return makers;
}

TomographyOptions TomographyPlan::limits() const {
  const Options& options = job_.train;
  return {options.integer("starts"), options.integer("steps"), options.integer("patience")};
}

LearnEstimate TomographyPlan::estimate(const Threads& threads) const {
  const std::size_t bases = shots_->bases().size();
  const std::unique_ptr<WaveFunction> psi = make_start(0, has_phase_);
  const std::string parameters =
      fmt::format("{} parameters{}", std::as_const(*psi).parameters().size(),
                  has_phase_ ? " of an amplitude and a phase" : "");
  LearnEstimate found{fmt::format("{:.0f} shots of {} qubits in {} {}", shots_->total(),
                                  shots_->sites(), bases, bases == 1 ? "basis" : "bases"),
                      fmt::format("{}, best of {} starts", parameters, limits().starts),
                      limits().starts * limits().steps};
  if (by_chains_) {
    const PersistentOptions options = persistent_options(job_);
    const WaveMetropolis sampler(*psi, {});
    PersistentTomography fit({*psi, sampler, threads}, split_->rest, options);
    found.method = fmt::format("{}, {} persistent chains", parameters, options.chains);
    found.steps = limits().steps;
    found.seconds_per_step = seconds_per_step([&] {
      fit.step();
      return fit.steps_done() < found.steps;
    });
    return found;
  }
  Tomography fit(*split_, makers(), limits(), threads);
  found.seconds_per_step = seconds_per_step([&] { return fit.step(); });
  return found;
}

void TomographyPlan::carry_out(Session& session) const {
  const JudgedShots shots{*shots_, *split_, truth_ ? &*truth_ : nullptr};
  if (job_.train.text("data").empty())
    session.on_root(
        [&] { archive::publish_text(session.directory().file("shots.txt"), shots_text(*shots_)); });
  if (by_chains_)
    return learn_by_chains(
        job_, {shots, make_start(0, has_phase_), hidden(), persistent_options(job_)}, session);
  TomographyRun(job_, session, shots, Tomography(*split_, makers(), limits(), session.threads()))
      .run();
}

}  // namespace nmc::drivers
