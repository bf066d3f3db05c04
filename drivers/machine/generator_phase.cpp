#include "drivers/machine/generator_phase.hpp"

#include <fmt/format.h>

#include <cmath>
#include <ctime>
#include <limits>
#include <utility>

#include "core/archive/checkpoint.hpp"
#include "core/archive/publish.hpp"
#include "core/archive/sealed_file.hpp"
#include "core/errors.hpp"
#include "drivers/machine/judge_generator.hpp"
#include "drivers/machine/learned_file.hpp"
#include "drivers/training/stored_rows.hpp"
#include "models/file/model_file.hpp"
#include "models/generators/generator_file.hpp"

namespace nmc::drivers {
namespace {

constexpr Index kGeneratorSteps = 5000, kGeneratorPace = 500, kLogRows = 500;
constexpr double kGeneratorRate = 0.005, kUnknown = std::numeric_limits<double>::quiet_NaN();

/// What the run of a plan reads.
struct GeneratorInput {
  JudgingRows rows;
  const Critic& critic;
  Index steps;
};

class GeneratorRun {
 public:
  GeneratorRun(BegunTraining begun, const GeneratorInput& input, const Job& job, Session& session)
      : begun_(std::move(begun)),
        training_(begun_.training()),
        input_(input),
        job_(job),
        session_(session),
        seed_(static_cast<std::uint64_t>(job.run.integer("seed"))),
        checkpoints_(session.directory().file("learn.h5")) {}

  void run() {
    resume();
    session_.begin_phase("learn", "steps", static_cast<double>(training_.steps_done()),
                         static_cast<double>(input_.steps));
    if (log_.empty()) validate();
    while (training_.steps_done() < input_.steps) advance();
    const Learned learned = judged();
    session_.on_root([&] { publish(learned); });
  }

 private:
  void advance() {
    const std::clock_t began = std::clock();
    training_.step();
    cpu_seconds_ += static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
    const Index done = training_.steps_done();
    const Index every = job_.train.text("validate_every").empty()
                            ? kGeneratorPace
                            : job_.train.integer("validate_every");
    if (done == input_.steps || done % every == 0) validate();
    session_.advance(static_cast<double>(done));
    session_.progress().show([&] {
      return ProgressLine()
          .add(Worth::tag, session_.tag())
          .add(Worth::count, fmt::format("learn {} of {} steps", done, input_.steps))
          .add(Worth::loss, fmt::format("loss {:.5g}", training_.loss()));
    });
    const bool must_stop = done < input_.steps && session_.must_stop();
    if (must_stop || done == input_.steps || session_.is_checkpoint_due()) save();
    if (must_stop)
      throw Interrupted(fmt::format("stopped at step {} after a checkpoint in {}: {}", done,
                                    session_.directory().path().string(),
                                    session_.way_to_resume()));
  }

  [[nodiscard]] Streams streams(std::uint64_t step) const {
    return {seed_, step, 0, Purpose::validate};
  }

  void validate() {
    const Batch& judges = input_.rows.judges();
    const Batch some = judges.topRows(std::min(kLogRows, judges.rows()));
    LearnedRow row;
    row.step = static_cast<double>(training_.steps_done());
    row.nll = row.held_out_nll = row.pseudo_nll = row.reconstruction = kUnknown;
    row.learning_rate = kUnknown;
    if (begun_.vae)
      row.elbo = mean_elbo(begun_.vae->generator(), some, streams(1));
    else
      row.mmd = mean_discrepancy(input_.critic.kernel, standard_draws(some.rows()), standard(some));
    log_.push_back(row);
  }

  [[nodiscard]] Batch standard_draws(Index count) const {
    return begun_.gan->generator().draw(streams(1), count).y;
  }
  [[nodiscard]] Batch standard(const Batch& x) const {
    return standardised(begun_.gan->generator().standard(), x);
  }

  [[nodiscard]] Learned judged() const {
    Learned learned;
    learned.log = log_;
    learned.cpu_seconds = cpu_seconds_;
    learned.entropy = learned.lnZ = learned.lnZ_error = kUnknown;
    learned.lnZ_backward = learned.lnZ_backward_error = learned.nll = learned.held_out_nll =
        kUnknown;
    const Options& learn = job_.train;
    learned.summary =
        fmt::format("{}: {} units from {} numbers of noise, {} hidden units{}",
                    learn.text("machine"), input_.rows.learned.cols(), learn.integer("latent"),
                    learn.integer("hidden"), learn.integer("hidden") == 0 ? ": linear" : "");
    learned.method = fmt::format(
        "{} on {} rows, {} steps",
        begun_.vae ? "evidence lower bound, reparametrised gradients"
                   : (input_.critic.hidden > 0 ? "a network as critic" : "kernel as critic"),
        input_.rows.learned.rows(), training_.steps_done());
    if (begun_.vae) {
      learned.numbers =
          judge_vae(begun_.vae->generator(), input_.rows, {learn.integer("importance"), seed_});
      return learned;
    }
    const Batch learned_rows = standard(input_.rows.learned);
    const Batch held_out = standard(input_.rows.held_out);
    learned.numbers = judge_draws(standard_draws(learn.integer("draws")), {learned_rows, held_out},
                                  input_.critic.kernel);
    return learned;
  }

  void publish(const Learned& learned) const {
    archive::publish_sealed(session_.directory().file("model.h5"), model_file_title,
                            [&](archive::File& file) {
                              write_generator(file, training_.stored(), job_.train.text("machine"));
                            });
    archive::publish_file(session_.directory().file("learned.h5"), [&](archive::File& file) {
      write_learned(file, learned);
      const Batch draws = training_.generator().sample({seed_, 0, 0, Purpose::evaluate},
                                                       job_.train.integer("draws"));
      const Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> rows = draws;
      file.write("/draws", {rows.rows(), rows.cols()},
                 std::span<const double>(rows.data(), static_cast<std::size_t>(rows.size())));
    });
  }

  void save() {
    const std::vector<double> state = training_.state();
    session_.on_root([&] {
      checkpoints_.save(fmt::format("step {}", training_.steps_done()), [&](archive::File& file) {
        file.write("/state", {std::ssize(state)}, state);
        write_log(file, log_);
        file.set_attribute("/learn", "cpu_seconds", cpu_seconds_);
      });
    });
    session_.note_checkpoint(static_cast<double>(training_.steps_done()));
  }

  void resume() {
    const archive::LoadedCheckpoint loaded = checkpoints_.load();
    for (const std::string& message : loaded.messages) session_.progress().say(message);
    if (!loaded.file) return;
    training_.set_state(loaded.file->read_doubles("/state"));
    log_ = read_log(*loaded.file);
    cpu_seconds_ = loaded.file->double_attribute("/learn", "cpu_seconds");
    if (training_.steps_done() < input_.steps)
      session_.progress().say(fmt::format("training resumes at step {}", training_.steps_done()));
  }

  BegunTraining begun_;
  GeneratorTraining& training_;
  GeneratorInput input_;
  const Job& job_;
  Session& session_;
  std::uint64_t seed_;
  archive::Checkpoints checkpoints_;
  std::vector<LearnedRow> log_;
  double cpu_seconds_ = 0;
};

void refuse_machine_keys(const Options& learn, bool is_vae) {
  const std::string& machine = learn.text("machine");
  const auto refuse = [&](std::initializer_list<const char*> keys) {
    for (const char* key : keys)
      if (learn.is_given(key))
        learn.fail(key,
                   fmt::format("{} means nothing to machine = {}: leave it out", key, machine));
  };
  refuse({"bonds", "L", "layers", "greedy_steps", "fields", "units", "file", "width", "method",
          "starts", "chains", "k", "weight_decay", "centred", "ais_temperatures", "ais_chains"});
  if (is_vae)
    refuse({"critic", "penalty", "bandwidths"});
  else
    refuse({"importance"});
  if (learn.text("hidden").empty())
    learn.fail("hidden", fmt::format("how many hidden units in a layer? [learn] lacks hidden, for "
                                     "example hidden = 16{}",
                                     is_vae ? "; 0 is linear" : ""));
  if (!is_vae && learn.integer("hidden") == 0)
    learn.fail("hidden", "hidden = 0: the generator of a gan has hidden units, one at least");
}

}  // namespace

GeneratorPlan::GeneratorPlan(const Job& job) : job_(job) {
  const Options& learn = job.train;
  is_vae_ = learn.text("machine") == "vae";
  refuse_machine_keys(learn, is_vae_);
  rows_ = read_rows(learn, "data");
  for (Index row = 0; row < rows_.rows(); ++row)
    if (!rows_.row(row).isFinite().all())
      learn.fail("data", fmt::format("row {} of {} is not finite", row, learn.text("data")));
  const Index held_out = learn.integer("held_out");
  if (held_out + 2 > rows_.rows())
    learn.fail("held_out", fmt::format("{} rows held out of {}: two at least are learned from",
                                       held_out, rows_.rows()));
  held_out_ = rows_.bottomRows(held_out);
  rows_ = Batch(rows_.topRows(rows_.rows() - held_out));
  try {
    standard_ = standard_of(rows_);
  } catch (const UserError& error) {
    learn.fail("data", error.what());
  }
  options_.batch = learn.integer("batch");
  options_.seed = static_cast<std::uint64_t>(job.run.integer("seed"));
  options_.schedule.rate =
      learn.text("learning_rate").empty() ? kGeneratorRate : learn.real("learning_rate");
  options_.schedule.steps = learn.text("steps").empty() ? kGeneratorSteps : learn.integer("steps");
  options_.schedule.decay = decay_from_name(learn.text("schedule"));
  if (is_vae_) return;
  if (options_.batch < 2) learn.fail("batch", "batch = 1: a gan compares two rows at least");
  if (learn.text("critic") == "network") {
    critic_.hidden = learn.integer("hidden");
    critic_.penalty = learn.real("penalty");
  } else if (learn.is_given("penalty")) {
    learn.fail("penalty", "penalty is of critic = network, and a kernel pays none: leave it out");
  }
  const double middle = median_squared_distance(standardised(standard_, rows_));
  if (!(middle > 0))
    learn.fail("data", "most of its rows are the same: their distances have no scale");
  for (const double width : learn.reals("bandwidths"))
    critic_.kernel.squared_widths.push_back(width * middle);
}

BegunTraining GeneratorPlan::begin() const {
  const Options& learn = job_.train;
  const Index latent = learn.integer("latent"), hidden = learn.integer("hidden");
  BegunTraining begun;
  if (is_vae_)
    begun.vae = std::make_unique<VaeTraining>(
        Vae::random({rows_.cols(), latent, hidden}, standard_, options_.seed), rows_, options_);
  else
    begun.gan = std::make_unique<GanTraining>(
        PushForward({rows_.cols(), latent, hidden}, standard_, options_.seed), rows_, critic_,
        options_);
  return begun;
}

LearnEstimate GeneratorPlan::estimate() const {
  const BegunTraining begun = begin();
  const double seconds = seconds_per_step([&] {
    begun.training().step();
    return begun.training().steps_done() < options_.schedule.steps;
  });
  return {fmt::format("{} rows of {} numbers", rows_.rows(), rows_.cols()),
          is_vae_ ? "a variational autoencoder by reparametrised gradients"
                  : "a generator against a critic",
          options_.schedule.steps, seconds};
}

void GeneratorPlan::carry_out(Session& session) const {
  GeneratorRun(begin(), {{rows_, held_out_}, critic_, options_.schedule.steps}, job_, session)
      .run();
}

}  // namespace nmc::drivers
