#include "drivers/tomography/persistent_phase.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <ctime>
#include <set>
#include <utility>

#include "core/archive/checkpoint.hpp"
#include "core/archive/publish.hpp"
#include "core/archive/sealed_file.hpp"
#include "models/energy/rbm_ais.hpp"
#include "models/energy/rbm_exact.hpp"
#include "models/file/model_file.hpp"
#include "models/wave/wave_file.hpp"
#include "samplers/wave/wave_metropolis.hpp"

namespace nmc::drivers {
namespace {

/// CPU seconds that an exact sum over all states may take.
constexpr double kPatientSum = 20;

/// The machine of ±1 whose density is |ψ|²: (2 cosh θ)² is two hidden units of the same weights.
Rbm squared_machine(std::span<const double> theta, Index sites, Index hidden) {
  Rbm rbm({sites, 2 * hidden, Units::spin});
  const std::span<double> numbers = rbm.parameters();
  const auto n = static_cast<std::size_t>(sites), h = static_cast<std::size_t>(hidden);
  for (std::size_t i = 0; i < n; ++i) numbers[i] = 2 * theta[i];
  for (std::size_t row = 0; row <= n; ++row)  // b, and then W
    for (std::size_t copy = 0; copy < 2; ++copy)
      std::copy_n(theta.begin() + static_cast<std::ptrdiff_t>(n + row * h), h,
                  numbers.begin() + static_cast<std::ptrdiff_t>(n + (2 * row + copy) * h));
  return rbm;
}

std::vector<std::uint64_t> distinct_states(const Batch& x) {
  std::set<std::uint64_t> states;
  for (Index c = 0; c < x.rows(); ++c) {
    std::uint64_t state = 0;
    for (Index i = 0; i < x.cols(); ++i) state |= std::uint64_t{x(c, i) < 0 ? 1U : 0U} << i;
    states.insert(state);
  }
  return {states.begin(), states.end()};
}

class PersistentRun {
 public:
  PersistentRun(const Job& job, PersistentInput input, Session& session)
      : session_(session),
        input_(std::move(input)),
        sampler_(*input_.psi, {}),
        fit_({*input_.psi, sampler_, session.threads()}, input_.shots.split.rest, input_.options),
        checkpoints_(session.directory().file("fit.h5")),
        steps_(job.train.integer("steps")) {}

  void run() {
    resume();
    session_.begin_phase("tomography", "steps", static_cast<double>(fit_.steps_done()),
                         static_cast<double>(steps_));
    while (fit_.steps_done() < steps_) advance();
    const LearnedState learned = judged();
    session_.on_root([&] { publish_state(session_, *input_.psi, learned); });
  }

 private:
  void advance() {
    const std::clock_t began = std::clock();
    fit_.step();
    cpu_seconds_ += static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
    const Index done = fit_.steps_done();
    session_.advance(static_cast<double>(done));
    session_.progress().show([&] {
      return ProgressLine()
          .add(Worth::tag, session_.tag())
          .add(Worth::count, fmt::format("step {} of {}", done, steps_))
          .add(Worth::loss, fmt::format("ln p + ln Z {:.5g}", fit_.log_probability()));
    });
    const bool must_stop = done < steps_ && session_.must_stop();
    if (must_stop || done == steps_ || session_.is_checkpoint_due()) save();
    if (must_stop)
      throw Interrupted(fmt::format("stopped at step {} after a checkpoint in {}: {}", done,
                                    session_.directory().path().string(),
                                    session_.way_to_resume()));
  }

  [[nodiscard]] LearnedState judged() const {
    const FittedState fitted{*input_.psi,
                             fmt::format("{} persistent chains", input_.options.chains),
                             {{steps_, steps_}},
                             0,
                             cpu_seconds_};
    const bool is_small = input_.shots.all.sites() <= whole_state_limit;
    LearnedState learned =
        is_small ? judge_state(input_.shots, fitted, session_.threads()) : judged_by_chains(fitted);
    learned.starts.front().nll = learned.nll;
    learned.starts.front().held_out = learned.held_out_nll;
    return learned;
  }

  [[nodiscard]] LearnedState judged_by_chains(const FittedState& fitted) const {
    LearnedState learned = begin_judgement(input_.shots, fitted);
    const double log_z = put_log_z(learned);
    learned.nll = log_z - log_probability(input_.shots.split.rest);
    if (input_.shots.split.part.total() > 0)
      learned.held_out_nll = log_z - log_probability(input_.shots.split.part);
    if (input_.psi->is_positive()) return learned;
    const Shots& all = input_.shots.all;
    learned.phase_groups =
        static_cast<double>(count_phase_groups(distinct_states(fit_.chains()), all));
    // ⟨ψ*|ψ⟩ of chains: of a real state, up to a phase of the whole, its size is 1.
    const Column phase = log_psi_rows(*input_.psi, fit_.chains(), session_.threads()).phase;
    const double overlap = std::hypot((2 * phase).cos().mean(), (2 * phase).sin().mean());
    constexpr double kSame = 0.995;
    learned.is_conjugate_open = !all.has_y() && overlap < kSame ? 1 : 0;
    return learned;
  }

  [[nodiscard]] double log_probability(const Shots& shots) const {
    const MetStates met(shots);
    return met.log_probability(log_psi_rows(*input_.psi, met.spins(), session_.threads()), nullptr);
  }

  /// ln Σ|ψ|².
  double put_log_z(LearnedState& learned) const {
    const Rbm rbm = squared_machine(std::as_const(*input_.psi).parameters(),
                                    input_.shots.all.sites(), input_.hidden);
    const Side side = smaller_side(rbm.shape());
    if (enumeration_seconds(rbm.shape(), side, false) < kPatientSum)
      return log_z(rbm, side, session_.threads());
    AisOptions options;
    options.seed = input_.options.seed;
    const AisEstimate ais =
        annealed_log_z(rbm, BitRows(fit_.chains()), options, session_.threads());
    learned.nll_error = ais.error;
    constexpr double kErrors = 3;
    if (std::abs(ais.log_z - ais.backward) > kErrors * std::hypot(ais.error, ais.backward_error))
      learned.z_disagrees = 1;
    return ais.log_z;
  }

  void save() {
    const std::vector<double> state = fit_.state();
    session_.on_root([&] {
      checkpoints_.save(fmt::format("step {}", fit_.steps_done()), [&](archive::File& file) {
        file.write("/state", {std::ssize(state)}, state);
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
    cpu_seconds_ = loaded.file->double_attribute("/", "cpu_seconds");
    if (fit_.steps_done() < steps_)
      session_.progress().say(fmt::format("tomography resumes at step {}", fit_.steps_done()));
  }

  Session& session_;
  PersistentInput input_;
  WaveMetropolis sampler_;
  PersistentTomography fit_;
  archive::Checkpoints checkpoints_;
  Index steps_;
  double cpu_seconds_ = 0;
};

}  // namespace

PersistentOptions persistent_options(const Job& job) {
  PersistentOptions options;
  options.chains = job.train.integer("chains");
  options.sweeps = job.train.integer("sweeps");
  options.schedule = {job.train.real("learning_rate"), job.train.integer("steps")};
  options.schedule.decay = Decay::cosine;
  options.seed = static_cast<std::uint64_t>(job.run.integer("seed"));
  return options;
}

void learn_by_chains(const Job& job, PersistentInput input, Session& session) {
  PersistentRun(job, std::move(input), session).run();
}

void publish_state(const Session& session, const WaveFunction& psi, const LearnedState& learned) {
  archive::publish_sealed(
      session.directory().file("model.h5"), model_file_title,
      [&](archive::File& file) { write_wave(file, *psi.stored(), "tomography", {}); });
  archive::publish_file(session.directory().file("tomography.h5"),
                        [&](archive::File& file) { write_learned_state(file, learned); });
}

}  // namespace nmc::drivers
