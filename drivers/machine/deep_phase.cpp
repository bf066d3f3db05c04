#include "drivers/machine/deep_phase.hpp"

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
#include "drivers/machine/judge_deep.hpp"
#include "drivers/training/stored_rows.hpp"
#include "models/energy/machine_file.hpp"
#include "models/energy/rbm_exact.hpp"
#include "models/file/model_file.hpp"

namespace nmc::drivers {
namespace {

/// CPU seconds of a gradient that `auto` still takes exactly, and of exact sums of a validation.
constexpr double kQuickSums = 0.05, kQuickJudgement = 0.2;
constexpr Index kExactDeepSteps = 1000, kChainDeepSteps = 20000;
constexpr Index kExactDeepPace = 50, kChainDeepPace = 1000;
constexpr double kDeepRate = 0.05;

std::string method_in_words(const DbmOptions& options) {
  if (options.is_exact) return "mean field of the rows, exact sums, L-BFGS";
  return fmt::format("mean field of the rows, {} persistent chains, k = {}", options.chains,
                     options.k);
}

class DeepRun {
 public:
  struct Input {
    const DeepJudge& judge;
    const DbmOptions& options;
    Index steps, count;
  };
  DeepRun(DbmTraining training, const Input& input, const Job& job, Session& session)
      : training_(std::move(training)),
        input_(input),
        job_(job),
        session_(session),
        checkpoints_(session.directory().file("learn.h5")) {}

  void run() {
    resume();
    session_.begin_phase("learn", "steps", static_cast<double>(training_.steps_done()),
                         static_cast<double>(input_.steps));
    if (log_.empty()) validate();
    while (!is_done_) advance();
    const Learned learned = judged();
    session_.on_root([&] { publish(learned); });
  }

 private:
  void advance() {
    const std::clock_t began = std::clock();
    const bool goes_on = training_.step();
    cpu_seconds_ += static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
    const Index done = training_.steps_done();
    is_done_ = !goes_on || done >= input_.steps;
    const Index pace = input_.options.is_exact ? kExactDeepPace : kChainDeepPace;
    const Index every =
        job_.train.text("validate_every").empty() ? pace : job_.train.integer("validate_every");
    if (is_done_ || done % every == 0) validate();
    session_.advance(static_cast<double>(done));
    session_.progress().show([&] {
      return ProgressLine()
          .add(Worth::tag, session_.tag())
          .add(Worth::count, fmt::format("learn {} of {} steps", done, input_.steps))
          .add(Worth::loss, fmt::format("elbo {:.5g}", log_.back().elbo));
    });
    const bool must_stop = !is_done_ && session_.must_stop();
    if (must_stop || is_done_ || session_.is_checkpoint_due()) save();
    if (must_stop)
      throw Interrupted(fmt::format("stopped at step {} after a checkpoint in {}: {}", done,
                                    session_.directory().path().string(),
                                    session_.way_to_resume()));
  }

  void validate() {
    const Dbm& dbm = training_.machine();
    const DeepJudge& judge = input_.judge;
    LearnedRow row;
    row.step = static_cast<double>(training_.steps_done());
    row.learning_rate = training_.learning_rate();
    row.nll = row.held_out_nll = row.pseudo_nll = row.reconstruction = std::nan("");
    if (judge.z_seconds(dbm) < kQuickJudgement) {
      const Rbm folded = dbm.folded();
      const double lnZ = log_z(folded, smaller_side(folded.shape()), session_.threads());
      row.elbo = (judge.rows.weight * mean_field(dbm, judge.rows.v).bound).sum() - lnZ;
      if (judge.nll_seconds(dbm) < kQuickJudgement) {
        row.nll = lnZ - (judge.rows.weight * dbm.log_visible(judge.rows.v)).sum();
        if (judge.held_out.rows() > 0)
          row.held_out_nll = lnZ - dbm.log_visible(judge.held_out).mean();
      }
    }
    log_.push_back(row);
  }

  [[nodiscard]] Learned judged() const {
    Learned learned;
    learned.log = log_;
    learned.summary = fmt::format("dbm: layers of {}", in_words(training_.machine().shape()));
    learned.method = fmt::format("{} on {} rows, {} of them different, {} steps",
                                 method_in_words(input_.options), input_.count,
                                 input_.judge.rows.v.rows(), training_.steps_done());
    learned.cpu_seconds = cpu_seconds_;
    const Column& weight = input_.judge.rows.weight;
    learned.entropy = 0 - (weight * weight.log()).sum();
    input_.judge.put(training_.machine(), learned);
    return learned;
  }

  void publish(const Learned& learned) const {
    archive::publish_sealed(session_.directory().file("model.h5"), model_file_title,
                            [&](archive::File& file) { write_machine(file, training_.machine()); });
    archive::publish_file(session_.directory().file("learned.h5"),
                          [&](archive::File& file) { write_learned(file, learned); });
  }

  void save() {
    const std::vector<double> state = training_.state();
    session_.on_root([&] {
      checkpoints_.save(fmt::format("step {}", training_.steps_done()), [&](archive::File& file) {
        file.write("/state", {std::ssize(state)}, state);
        write_log(file, log_);
        file.set_attribute("/learn", "is_done", is_done_ ? 1 : 0);
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
    is_done_ = loaded.file->int_attribute("/learn", "is_done") == 1;
    cpu_seconds_ = loaded.file->double_attribute("/learn", "cpu_seconds");
  }

  DbmTraining training_;
  Input input_;
  const Job& job_;
  Session& session_;
  archive::Checkpoints checkpoints_;
  std::vector<LearnedRow> log_;
  bool is_done_ = false;
  double cpu_seconds_ = 0;
};

void refuse_other_keys(const Options& learn) {
  for (const char* key : {"hidden", "file", "width", "starts", "centred", "bonds", "L", "fields",
                          "latent", "critic", "penalty", "bandwidths", "importance", "draws"})
    if (learn.is_given(key))
      learn.fail(key, fmt::format("{} means nothing to machine = dbm, whose hidden layers are "
                                  "given by layers and start greedily: leave it out",
                                  key));
}

bool is_exact_method(const Options& learn, const RbmShape& folded) {
  const std::string& method = learn.text("method");
  if (method == "cd" || method == "pseudo")
    learn.fail("method", fmt::format("method = {} is of machines with one hidden layer at most; "
                                     "deep ones are learned by exact or pcd",
                                     method));
  if (method == "auto") return enumeration_seconds(folded, smaller_side(folded), true) < kQuickSums;
  return method == "exact";
}

DbmOptions read_deep(const Options& learn, bool is_exact) {
  DbmOptions options;
  options.is_exact = is_exact;
  if (is_exact)
    for (const char* key : {"batch", "chains", "k", "learning_rate", "schedule", "weight_decay"})
      if (learn.is_given(key))
        learn.fail(key, fmt::format("{} means nothing to method = exact: leave it out, or set "
                                    "method = pcd",
                                    key));
  options.k = learn.integer("k");
  options.batch = learn.integer("batch");
  options.chains = learn.integer("chains");
  options.schedule.rate =
      learn.text("learning_rate").empty() ? kDeepRate : learn.real("learning_rate");
  options.schedule.decay = decay_from_name(learn.text("schedule"));
  options.weight_decay = learn.real("weight_decay");
  return options;
}

}  // namespace

DeepPlan::DeepPlan(const Job& job) : job_(job) {
  const Options& learn = job.train;
  refuse_other_keys(learn);
  if (learn.text("layers").empty())
    learn.fail("layers", "which hidden layers? [learn] lacks layers, for example layers = 8, 4");
  const Batch all = read_rows(learn, "data");
  shape_.units = learn.text("units") == "spin" ? Units::spin : Units::binary;
  try {
    check_units(all, shape_.units, learn.text("data"));
  } catch (const UserError& error) {
    learn.fail("data", error.what());
  }
  const Index held_out = learn.integer("held_out");
  if (held_out >= all.rows())
    learn.fail("held_out", fmt::format("{} rows held out of {}: none would be left to learn from",
                                       held_out, all.rows()));
  held_out_ = all.bottomRows(held_out);
  count_ = all.rows() - held_out;
  rows_ = distinct_rows(all.topRows(count_));
  shape_.layers = {all.cols()};
  for (const Index units : learn.integers("layers")) shape_.layers.push_back(units);
  const RbmShape folded = Dbm(shape_).folded().shape();
  options_ = read_deep(learn, is_exact_method(learn, folded));
  options_.seed = greedy_.seed = static_cast<std::uint64_t>(job.run.integer("seed"));
  greedy_.steps = learn.integer("greedy_steps");
  steps_ = options_.is_exact ? kExactDeepSteps : kChainDeepSteps;
  if (!learn.text("steps").empty()) steps_ = learn.integer("steps");
  options_.schedule.steps = steps_;
  if (!options_.is_exact) return;
  try {
    require_exact(folded);
  } catch (const UserError& error) {
    learn.fail("method", error.what());
  }
}

DbmTraining DeepPlan::begin(const Threads& threads) const {
  return {greedy_start(shape_, rows_, greedy_, threads), rows_, options_, threads};
}

LearnEstimate DeepPlan::estimate(const Threads& threads) const {
  DbmTraining training = begin(threads);
  const double seconds = seconds_per_step([&] { return training.step(); });
  return {fmt::format("{} rows of {} units, {} of them different", count_, shape_.layers.front(),
                      rows_.v.rows()),
          method_in_words(options_), steps_, seconds};
}

void DeepPlan::carry_out(Session& session) const {
  const DeepJudge judge{rows_,
                        held_out_,
                        job_.train.integer("ais_temperatures"),
                        job_.train.integer("ais_chains"),
                        options_.seed,
                        session.threads()};
  DeepRun(begin(session.threads()), {judge, options_, steps_, count_}, job_, session).run();
}

}  // namespace nmc::drivers
