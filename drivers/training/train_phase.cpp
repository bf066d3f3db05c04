#include "drivers/training/train_phase.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/archive/checkpoint.hpp"
#include "core/archive/utc.hpp"
#include "drivers/training/continued_training.hpp"
#include "drivers/training/network.hpp"
#include "drivers/training/sweep_input.hpp"
#include "drivers/training/training_file.hpp"
#include "drivers/training/training_input.hpp"
#include "models/flows/map/bijector_flow.hpp"

namespace nmc::drivers {
namespace {

ProgressLine record_line(const StepRecord& record, const Pace& pace) {
  ProgressLine line = pace_line(pace);
  // Of the draws of one batch: the network's own ESS, of many more, is lower as a rule.
  if (!std::isnan(record.reverse.loss))
    line.add(Worth::loss, fmt::format("loss {:.5g}", record.reverse.loss))
        .add(Worth::ess, fmt::format("batch ESS {:.2g}", record.reverse.ess))
        .add(Worth::acceptance, fmt::format("batch acc {:.2g}", record.reverse.acceptance));
  for (const NamedLoss& loss : record.losses)
    line.add(Worth::loss, fmt::format("{} {:.5g}", loss.name, loss.mean));
  return line;
}

Workers workers_of(const Session& session) {
  return {&session.ranks(), &session.threads()};
}

/// A training with what it is made of.
struct TrainingParts {
  std::unique_ptr<TrainingInput> input;  ///< null of sweeps
  std::unique_ptr<Training> training;
  TrainingOptions options;
};

TrainingParts training_parts(const Job& job, const System& system, Trainable& model,
                             Workers workers) {
  TrainingParts parts;
  if (learns_by_sweeps(job)) {
    parts.training = make_sweeps(job, system, model, workers);
    parts.options.batch = 0;  // no draws are made
    parts.options.steps = job.train.integer("steps");
    parts.options.patience = job.train.integer("patience");
    parts.options.stop_after_seconds = job.train.seconds("time");
    return parts;
  }
  parts.input = std::make_unique<TrainingInput>(job, system, model, workers);
  parts.options = parts.input->options();
  parts.training =
      std::make_unique<Trainer>(model, parts.input->objective(), parts.options, workers);
  return parts;
}

class TrainingRun {
 public:
  TrainingRun(const Job& job, const System& system, Trainable& model, Session& session)
      : job_(job),
        model_(model),
        session_(session),
        parts_(training_parts(job, system, model, workers_of(session))),
        checkpoints_(session.directory().file("train.h5")),
        trainer_(*parts_.training) {}

  void run() {
    resume();
    start_from_data();
    session_.begin_phase("train", "steps", static_cast<double>(trainer_.progress().step),
                         static_cast<double>(parts_.options.steps));
    refine(std::numeric_limits<double>::infinity());
    const TrainingEnd end = train();
    save();
    if (end == TrainingEnd::callback)
      throw Interrupted(fmt::format("stopped at training step {} after a checkpoint in {}: {}",
                                    trainer_.progress().step, session_.directory().path().string(),
                                    session_.way_to_resume()));
    trainer_.restore_best();
    refine(kLogQError);
    session_.on_root([&] { write_network(session_.directory().file("model.h5"), job_, model_); });
  }

 private:
  void refine(double most) {
    if (BijectorFlow* const flow = as_layers(&model_)) flow->refine(most);
  }

  // A network that is new starts where its layers can from the data; a mixture has its flow's
  // numbers.
  void start_from_data() {
    const bool is_new = trainer_.progress().step == 0 && job_.model.text("file").empty() &&
                        job_.model.text("lift").empty();
    const BijectorFlow* const flow = as_layers(std::as_const(model_).abilities().flow);
    if (!is_new || !parts_.input || flow == nullptr || !flow->starts_from_data()) return;
    const Batch data = parts_.input->first_data();
    if (data.rows() == 0) return;
    std::ranges::copy(flow->parameters_from(data), model_.parameters().begin());
    model_.parameters_changed();
  }

  TrainingEnd train() {
    try {
      return trainer_.run([this](const StepRecord& record) { return on_step(record); },
                          [this](const ValidationRecord& record) { on_validation(record); });
    } catch (const NumericalError& error) {
      save();
      throw NumericalError(
          fmt::format("{} ({})", error.what(), session_.directory().file("train.h5")));
    }
  }

  void resume() {
    const auto say = [this](const std::string& line) { session_.progress().say(line); };
    auto stored = stored_training(session_.directory(), say);
    if (!stored) return;
    trainer_.set_state(*std::move(stored));
    const TrainingProgress& progress = trainer_.progress();
    if (!progress.dates.started.empty()) started_ = progress.dates.started;
    if (end_of(progress, parts_.options)) return;
    say(fmt::format("training resumes at step {} of {}{}", progress.step, parts_.options.steps,
                    schedule_text(progress)));
    session_.on_root(
        [&] { set_earlier_network_aside(job_, session_.directory(), progress.step, say); });
  }

  // Where the learning rate falls to zero at the end of the training, more steps are not the same
  // steps: those that are done had the rates of the length that was asked for then.
  std::string schedule_text(const TrainingProgress& stored) const {
    const Schedule& schedule = parts_.options.schedule;
    if (schedule.decay != Decay::cosine || stored.log.empty()) return "";
    Schedule longer = schedule;
    longer.steps = parts_.options.steps;
    const StepRecord& last = stored.log.back();
    if (longer.at(last.step) == last.learning_rate) return "";
    return fmt::format(
        "; from here on the learning rate is that of a cosine over {} steps, {:.2g} after {:.2g} "
        "at "
        "the step before",
        longer.steps, longer.at(stored.step), last.learning_rate);
  }

  bool on_step(const StepRecord& record) {
    session_.advance(static_cast<double>(record.step + 1), [&](RunStatus& status) {
      status.loss = record.reverse.loss;
      status.ess = record.reverse.ess;
      status.acceptance = record.reverse.acceptance;
    });
    session_.progress().show([&] {
      Pace pace = session_.pace();
      pace.draws_per_unit = static_cast<double>(parts_.options.batch);
      return ProgressLine().add(Worth::tag, session_.tag()).add(record_line(record, pace));
    });
    if (session_.must_stop()) return false;
    if (session_.is_checkpoint_due()) save();
    return true;
  }

  void on_validation(const ValidationRecord& record) {
    session_.log("validation", fmt::format(R"("step": {}, "loss": {}, "ess": {})", record.step,
                                           record.reverse.loss, record.reverse.ess));
  }

  void save() {
    const TrainingDates dates{started_, archive::utc_now()};
    const Index step = trainer_.progress().step;
    trainer_.visit([&](const TrainingView& state) {
      session_.on_root([&] {
        checkpoints_.save(fmt::format("training step {} of {}", step, parts_.options.steps),
                          [&](archive::File& file) { write_training(file, state, dates); });
      });
    });
    session_.note_checkpoint(static_cast<double>(step));
  }

  const Job& job_;
  Trainable& model_;
  Session& session_;
  TrainingParts parts_;
  archive::Checkpoints checkpoints_;
  Training& trainer_;
  std::string started_ = archive::utc_now();
};

}  // namespace

void train_phase(const Job& job, const System& system, Trainable& model, Session& session) {
  TrainingRun(job, system, model, session).run();
}

}  // namespace nmc::drivers
