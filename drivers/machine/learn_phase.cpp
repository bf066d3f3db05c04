#include "drivers/machine/learn_phase.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <limits>
#include <utility>

#include "core/archive/checkpoint.hpp"
#include "core/archive/publish.hpp"
#include "core/archive/sealed_file.hpp"
#include "core/errors.hpp"
#include "drivers/machine/learned_file.hpp"
#include "drivers/machine/learner.hpp"
#include "drivers/training/stored_rows.hpp"
#include "models/energy/machine_file.hpp"
#include "models/energy/rbm_ais.hpp"
#include "models/energy/rbm_exact.hpp"
#include "models/file/model_file.hpp"

namespace nmc::drivers {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
/// CPU seconds that an exact Z may take in a validation, and at the end.
constexpr double kQuickZ = 0.2, kPatientZ = 60;
/// Sums of units that a validation may spend on pseudo-likelihoods.
constexpr double kPseudoWork = 2e7;

double enumeration_time(const Rbm& rbm) {
  return enumeration_seconds(rbm.shape(), smaller_side(rbm.shape()), false);
}

class LearnRun {
 public:
  LearnRun(const Job& job, Session& session, const Batch& rows, const Batch& held_out)
      : job_(job),
        session_(session),
        held_out_(held_out),
        data_(rows),
        seed_(static_cast<std::uint64_t>(job.run.integer("seed"))),
        learner_(make_learner({job.train, seed_, data_, session.threads()})),
        checkpoints_(session.directory().file("learn.h5")),
        some_(some_rows(rows)) {}

  void run() {
    resume();
    session_.begin_phase("learn", "steps", static_cast<double>(learner_->steps_done()),
                         static_cast<double>(learner_->steps()));
    if (!is_done_) learn();
    const Learned learned = judged(learner_->machine());
    session_.on_root([&] { publish(learned); });
  }

 private:
  /// So many that a validation stays cheap beside the steps between two.
  Batch some_rows(const Batch& rows) const {
    const double per_row = static_cast<double>(rows.cols() * rows.cols()) *
                           static_cast<double>(job_.train.integer("hidden"));
    const auto count = static_cast<Index>(std::max(16.0, kPseudoWork / per_row));
    return rows.topRows(std::min(count, rows.rows()));
  }

  void learn() {
    const Index every = job_.train.text("validate_every").empty()
                            ? learner_->pace()
                            : job_.train.integer("validate_every");
    if (log_.empty()) validate();
    bool goes_on = true;
    while (goes_on) {
      const std::clock_t began = std::clock();
      goes_on = learner_->step();
      cpu_seconds_ += static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
      is_done_ = !goes_on;
      if (is_done_ || learner_->steps_done() % every == 0) validate();
      session_.advance(static_cast<double>(learner_->steps_done()));
      show();
      if (is_done_) break;
      const bool must_stop = session_.must_stop();
      if (must_stop || session_.is_checkpoint_due()) save();
      if (must_stop)
        throw Interrupted(fmt::format("stopped at step {} after a checkpoint in {}: {}",
                                      learner_->steps_done(), session_.directory().path().string(),
                                      session_.way_to_resume()));
    }
    save();
  }

  void validate() {
    const Rbm rbm = learner_->machine();
    LearnedRow row;
    row.step = static_cast<double>(learner_->steps_done());
    row.learning_rate = learner_->learning_rate();
    row.nll = row.held_out_nll = kNone;
    if (enumeration_time(rbm) < kQuickZ) {
      const double lnZ = log_z(rbm, smaller_side(rbm.shape()), session_.threads());
      row.nll = lnZ - (data_.rows.weight * rbm.log_density(data_.rows.v)).sum();
      if (held_out_.rows() > 0) row.held_out_nll = lnZ - rbm.log_density(held_out_).mean();
    }
    row.pseudo_nll = pseudo_nll(rbm, some_);
    row.reconstruction = reconstruction_error(rbm, some_);
    log_.push_back(row);
  }

  void show() {
    session_.progress().show([&] {
      const LearnedRow& row = log_.back();
      return ProgressLine()
          .add(Worth::tag, session_.tag())
          .add(Worth::count,
               fmt::format("learn {} of {} steps", learner_->steps_done(), learner_->steps()))
          .add(Worth::loss, std::isnan(row.nll) ? fmt::format("pseudo nll {:.5g}", row.pseudo_nll)
                                                : fmt::format("nll {:.5g}", row.nll));
    });
  }

  /// With ln Z at the end.
  Learned judged(const Rbm& rbm) const {
    Learned learned;
    learned.log = log_;
    learned.summary = fmt::format("rbm: {} visible and {} hidden units {}", rbm.sites(),
                                  rbm.hidden(), rbm.units() == Units::spin ? "+-1" : "0, 1");
    learned.method = fmt::format("method {} on {} rows, {} of them different, {} steps",
                                 job_.train.text("method"), data_.bits.rows(), data_.rows.v.rows(),
                                 learner_->steps_done());
    learned.cpu_seconds = cpu_seconds_;
    learned.entropy = 0 - (data_.rows.weight * data_.rows.weight.log()).sum();
    learned.lnZ_backward = learned.lnZ_backward_error = kNone;
    put_log_z(rbm, learned);
    learned.nll = learned.lnZ - (data_.rows.weight * rbm.log_density(data_.rows.v)).sum();
    learned.held_out_nll = kNone;
    if (held_out_.rows() > 0)
      learned.held_out_nll = learned.lnZ - rbm.log_density(held_out_).mean();
    return learned;
  }

  void put_log_z(const Rbm& rbm, Learned& learned) const {
    const Side side = smaller_side(rbm.shape());
    if (enumeration_time(rbm) < kPatientZ) {
      learned.lnZ = log_z(rbm, side, session_.threads());
      learned.lnZ_by = fmt::format("the sum over the states of the {} units",
                                   side == Side::hidden ? "hidden" : "visible");
      return;
    }
    AisOptions options;
    options.temperatures = job_.train.integer("ais_temperatures");
    options.chains = job_.train.integer("ais_chains");
    options.seed = seed_;
    const AisEstimate ais = annealed_log_z(rbm, data_.bits, options, session_.threads());
    learned.lnZ = ais.log_z;
    learned.lnZ_error = ais.error;
    learned.lnZ_backward = ais.backward;
    learned.lnZ_backward_error = ais.backward_error;
    learned.lnZ_by =
        fmt::format("annealed importance sampling, {} temperatures", options.temperatures);
  }

  void publish(const Learned& learned) const {
    archive::publish_sealed(session_.directory().file("model.h5"), model_file_title,
                            [&](archive::File& file) { write_machine(file, learner_->machine()); });
    archive::publish_file(session_.directory().file("learned.h5"),
                          [&](archive::File& file) { write_learned(file, learned); });
  }

  void save() {
    const std::vector<double> state = learner_->state();
    session_.on_root([&] {
      checkpoints_.save(fmt::format("step {}", learner_->steps_done()), [&](archive::File& file) {
        file.write("/state", {std::ssize(state)}, state);
        write_log(file, log_);
        file.set_attribute("/learn", "is_done", is_done_ ? 1 : 0);
        file.set_attribute("/learn", "cpu_seconds", cpu_seconds_);
      });
    });
    session_.note_checkpoint(static_cast<double>(learner_->steps_done()));
  }

  void resume() {
    const archive::LoadedCheckpoint loaded = checkpoints_.load();
    for (const std::string& message : loaded.messages) session_.progress().say(message);
    if (!loaded.file) return;
    learner_->set_state(loaded.file->read_doubles("/state"));
    log_ = read_log(*loaded.file);
    is_done_ = loaded.file->int_attribute("/learn", "is_done") == 1;
    cpu_seconds_ = loaded.file->double_attribute("/learn", "cpu_seconds");
    if (!is_done_)
      session_.progress().say(fmt::format("training resumes at step {}", learner_->steps_done()));
  }

  const Job& job_;
  Session& session_;
  const Batch& held_out_;
  LearnData data_;
  std::uint64_t seed_;
  std::unique_ptr<Learner> learner_;
  archive::Checkpoints checkpoints_;
  Batch some_;
  std::vector<LearnedRow> log_;
  bool is_done_ = false;
  double cpu_seconds_ = 0;
};

void require_hidden(const Options& learn) {
  if (learn.text("hidden").empty())
    learn.fail("hidden", "how many hidden units? [learn] lacks hidden, for example hidden = 8");
  if (learn.integer("hidden") == 0)
    learn.fail("hidden",
               "hidden = 0: a restricted machine has one hidden unit at least; without "
               "them take machine = ising");
  for (const char* key : {"latent", "critic", "penalty", "bandwidths", "importance", "draws"})
    if (learn.is_given(key))
      learn.fail(key, fmt::format("{} is about what draws: set machine = vae or gan, or leave it "
                                  "out",
                                  key));
  for (const char* key : {"layers", "greedy_steps"})
    if (learn.is_given(key))
      learn.fail(key,
                 fmt::format("{} is about deep machines: set machine = dbm, or leave it out", key));
  for (const char* key : {"bonds", "L", "fields"})
    if (learn.is_given(key))
      learn.fail(key, fmt::format("{} is about couplings of spins: set machine = ising, or leave "
                                  "it out",
                                  key));
}

}  // namespace

LearnPlan::LearnPlan(const Job& job) : job_(job) {
  const Options& learn = job.train;
  require_hidden(learn);
  rows_ = read_rows(learn, "data");
  const Units units = learn.text("units") == "spin" ? Units::spin : Units::binary;
  try {
    check_units(rows_, units, learn.text("data"));
  } catch (const UserError& error) {
    learn.fail("data", error.what());
  }
  const Index held_out = learn.integer("held_out");
  if (held_out >= rows_.rows())
    learn.fail("held_out", fmt::format("{} rows held out of {}: none would be left to learn from",
                                       held_out, rows_.rows()));
  held_out_ = rows_.bottomRows(held_out);
  rows_ = Batch(rows_.topRows(rows_.rows() - held_out));
  const LearnData data(rows_);
  const Threads threads;
  (void)make_learner({learn, 1, data, threads});  // what cannot work is refused now
}

LearnEstimate LearnPlan::estimate(const Threads& threads) const {
  const LearnData data(rows_);
  const auto learner = make_learner(
      {job_.train, static_cast<std::uint64_t>(job_.run.integer("seed")), data, threads});
  const double seconds = seconds_per_step([&] { return learner->step(); });
  return {fmt::format("{} rows of {} units, {} of them different", rows_.rows(), rows_.cols(),
                      data.rows.v.rows()),
          learner->method(), learner->steps(), seconds};
}

void LearnPlan::carry_out(Session& session) const {
  LearnRun(job_, session, rows_, held_out_).run();
}

}  // namespace nmc::drivers
