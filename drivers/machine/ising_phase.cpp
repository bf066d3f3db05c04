#include "drivers/machine/ising_phase.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <limits>
#include <sstream>

#include "core/archive/checkpoint.hpp"
#include "core/archive/graphs/formats.hpp"
#include "core/archive/publish.hpp"
#include "core/errors.hpp"
#include "drivers/machine/learned_file.hpp"
#include "drivers/machine/read_pairs.hpp"
#include "drivers/training/stored_rows.hpp"

namespace nmc::drivers {
namespace {

constexpr double kNotComputed = std::numeric_limits<double>::quiet_NaN();
constexpr Index kMostSteps = 1000;

class IsingRun {
 public:
  struct Input {
    const WeightedRows& rows;
    const Batch& held_out;
    Index count;
    const std::vector<Index>& extents;
  };
  IsingRun(InverseIsing machine, const Input& input, const Job& job, Session& session)
      : machine_(std::move(machine)),
        input_(input),
        job_(job),
        session_(session),
        checkpoints_(session.directory().file("learn.h5")),
        most_steps_(job.train.text("steps").empty() ? kMostSteps : job.train.integer("steps")) {}

  void run() {
    resume();
    session_.begin_phase("learn", "steps", static_cast<double>(steps_),
                         static_cast<double>(most_steps_));
    if (!is_done_) learn();
    session_.on_root([&] { publish(); });
  }

 private:
  void learn() {
    while (!is_done_) {
      const std::clock_t began = std::clock();
      is_done_ = !machine_.step() || ++steps_ >= most_steps_;
      cpu_seconds_ += static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
      log_.push_back(row());
      session_.advance(static_cast<double>(steps_));
      if (is_done_) break;
      const bool must_stop = session_.must_stop();
      if (must_stop || session_.is_checkpoint_due()) save();
      if (must_stop)
        throw Interrupted(fmt::format("stopped at step {} after a checkpoint in {}: {}", steps_,
                                      session_.directory().path().string(),
                                      session_.way_to_resume()));
    }
    save();
  }

  [[nodiscard]] bool knows_z() const { return machine_.shape().sites <= kMostExactUnits; }

  /// Mean −ln p of rows, NaN where Z is not known.
  [[nodiscard]] double nll_of(double log_z, const WeightedRows& rows) const {
    const Eigen::VectorXd means =
        sufficient_statistics(machine_.shape(), rows.v).transpose() * rows.weight.matrix();
    return log_z - theta().dot(means);
  }
  [[nodiscard]] Eigen::Map<const Eigen::VectorXd> theta() const {
    return {machine_.theta().data(), std::ssize(machine_.theta())};
  }
  [[nodiscard]] double log_z() const {
    return knows_z() ? exact_moments(machine_.shape(), machine_.theta(), session_.threads()).log_z
                     : kNotComputed;
  }

  [[nodiscard]] LearnedRow row() const {
    LearnedRow row;
    row.step = static_cast<double>(steps_);
    row.learning_rate = row.reconstruction = row.nll = row.held_out_nll = kNotComputed;
    std::vector<double> unused(machine_.theta().size());
    row.pseudo_nll = ising_pseudo_nll(machine_.shape(), machine_.theta(), input_.rows, unused);
    if (!machine_.is_exact() && !is_done_) return row;  // Z would cost more than the step
    const double lnZ = log_z();
    row.nll = nll_of(lnZ, input_.rows);
    if (input_.held_out.rows() > 0) row.held_out_nll = nll_of(lnZ, distinct_rows(input_.held_out));
    return row;
  }

  [[nodiscard]] std::string in_words(const Eigen::VectorXd& errors) const {
    const auto pairs = std::ssize(machine_.shape().pairs);
    const Eigen::VectorXd J =
        pairs > 0 ? Eigen::VectorXd(theta().head(pairs)) : Eigen::VectorXd{{0}};
    std::string text = fmt::format(
        "couplings from {:.4f} to {:.4f}, standard errors up to {:.2g} as of independent rows",
        J.minCoeff(), J.maxCoeff(), pairs > 0 ? errors.head(pairs).maxCoeff() : 0);
    if (machine_.shape().has_fields)
      text += fmt::format("\nfields from {:.4f} to {:.4f}, standard errors up to {:.2g}",
                          theta().tail(machine_.shape().sites).minCoeff(),
                          theta().tail(machine_.shape().sites).maxCoeff(),
                          errors.tail(machine_.shape().sites).maxCoeff());
    return text + "\nin couplings.h5, for [system] name = ising, bonds = couplings.h5, beta = 1";
  }

  [[nodiscard]] Learned judged(const Eigen::VectorXd& errors) const {
    Learned learned;
    learned.log = log_;
    const IsingShape& shape = machine_.shape();
    learned.summary = fmt::format("ising: {} spins, {} couplings{}", shape.sites,
                                  shape.pairs.size(), shape.has_fields ? " and fields" : "");
    learned.method =
        fmt::format("{} on {} rows, {} of them different, {} steps{}\n{}",
                    machine_.is_exact() ? "exact gradient" : "pseudo-likelihood", input_.count,
                    input_.rows.v.rows(), steps_,
                    steps_ >= most_steps_ ? ", all that learn.steps allows" : "", in_words(errors));
    learned.cpu_seconds = cpu_seconds_;
    learned.entropy = 0 - (input_.rows.weight * input_.rows.weight.log()).sum();
    learned.lnZ = log_z();
    learned.lnZ_by = knows_z() ? "the sum over the states of all spins"
                               : fmt::format("2^{} states are too many to sum over", shape.sites);
    learned.lnZ_backward = learned.lnZ_backward_error = kNotComputed;
    learned.nll = nll_of(learned.lnZ, input_.rows);
    learned.held_out_nll = input_.held_out.rows() > 0
                               ? nll_of(learned.lnZ, distinct_rows(input_.held_out))
                               : kNotComputed;
    return learned;
  }

  void publish() const {
    const IsingShape& shape = machine_.shape();
    archive::GraphFile graph;
    graph.graph.sites = shape.sites;
    graph.extents = input_.extents;
    std::vector<Bond> bonds;
    for (std::size_t k = 0; k < shape.pairs.size(); ++k)
      bonds.push_back({shape.pairs[k].first, shape.pairs[k].second, machine_.theta()[k]});
    graph.graph.bonds = std::move(bonds);
    if (shape.has_fields) {
      const auto fields = machine_.theta().last(static_cast<std::size_t>(shape.sites));
      graph.graph.field.assign(fields.begin(), fields.end());
    }
    archive::write_graph_file(session_.directory().file("couplings.h5"), "", graph);
    const Eigen::VectorXd errors = machine_.errors(static_cast<double>(input_.count));
    archive::publish_file(session_.directory().file("learned.h5"), [&](archive::File& file) {
      write_learned(file, judged(errors));
      write_numbers(file, errors);
    });
  }

  /// Group /couplings: spins i, j of every pair, J and h with their errors.
  void write_numbers(archive::File& file, const Eigen::VectorXd& errors) const {
    const IsingShape& shape = machine_.shape();
    const std::span<const double> all(errors.data(), static_cast<std::size_t>(errors.size()));
    const std::size_t pairs = shape.pairs.size();
    std::vector<std::int64_t> i, j;
    for (const auto& [a, b] : shape.pairs) {
      i.push_back(a);
      j.push_back(b);
    }
    const auto count = static_cast<Index>(pairs);
    file.write("/couplings/i", {count}, i);
    file.write("/couplings/j", {count}, j);
    file.write("/couplings/J", {count}, machine_.theta().first(pairs));
    file.write("/couplings/J_error", {count}, all.first(pairs));
    if (!shape.has_fields) return;
    file.write("/couplings/h", {shape.sites}, machine_.theta().subspan(pairs));
    file.write("/couplings/h_error", {shape.sites}, all.subspan(pairs));
  }

  void save() {
    const std::vector<double> state = machine_.state();
    session_.on_root([&] {
      checkpoints_.save(fmt::format("step {}", steps_), [&](archive::File& file) {
        file.write("/state", {std::ssize(state)}, state);
        write_log(file, log_);
        file.set_attribute("/learn", "is_done", is_done_ ? 1 : 0);
        file.set_attribute("/learn", "cpu_seconds", cpu_seconds_);
      });
    });
    session_.note_checkpoint(static_cast<double>(steps_));
  }

  void resume() {
    const archive::LoadedCheckpoint loaded = checkpoints_.load();
    for (const std::string& message : loaded.messages) session_.progress().say(message);
    if (!loaded.file) return;
    machine_.set_state(loaded.file->read_doubles("/state"));
    log_ = read_log(*loaded.file);
    steps_ = log_.empty() ? 0 : static_cast<Index>(log_.back().step);
    is_done_ = loaded.file->int_attribute("/learn", "is_done") == 1;
    cpu_seconds_ = loaded.file->double_attribute("/learn", "cpu_seconds");
  }

  InverseIsing machine_;
  Input input_;
  const Job& job_;
  Session& session_;
  archive::Checkpoints checkpoints_;
  Index most_steps_;
  std::vector<LearnedRow> log_;
  Index steps_ = 0;
  bool is_done_ = false;
  double cpu_seconds_ = 0;
};

void refuse_keys_of_others(const Options& learn) {
  const std::string others =
      "hidden units file width starts batch chains k learning_rate schedule centred "
      "validate_every ais_temperatures ais_chains latent layers greedy_steps critic penalty "
      "bandwidths "
      "importance draws";
  std::istringstream keys(others);
  for (std::string key; keys >> key;)
    if (learn.is_given(key))
      learn.fail(key, fmt::format("{} means nothing to machine = ising, whose spins are +-1 and "
                                  "have no hidden units beside them: leave it out",
                                  key));
}

IsingMethod read_method(const Options& learn, Index sites) {
  const std::string& method = learn.text("method");
  if (method == "pcd" || method == "cd")
    learn.fail("method", fmt::format("method = {} is of hidden units; couplings of spins are "
                                     "learned by method = exact or pseudo",
                                     method));
  if (method == "auto") return sites <= kMostExactUnits ? IsingMethod::exact : IsingMethod::pseudo;
  return method == "exact" ? IsingMethod::exact : IsingMethod::pseudo;
}

}  // namespace

IsingPlan::IsingPlan(const Job& job) : job_(job) {
  const Options& learn = job.train;
  refuse_keys_of_others(learn);
  const Batch all = read_rows(learn, "data");
  try {
    check_units(all, Units::spin, learn.text("data"));
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
  NamedPairs named = read_pairs(learn, all.cols());
  shape_ = {all.cols(), std::move(named.pairs), learn.flag("fields")};
  extents_ = std::move(named.extents);
  options_ = {read_method(learn, all.cols()), learn.real("weight_decay")};
  const Threads threads;
  try {
    (void)InverseIsing(shape_, rows_, options_, threads);
  } catch (const UserError& error) {
    learn.fail(
        options_.method == IsingMethod::exact && all.cols() > kMostExactUnits ? "method" : "data",
        error.what());
  }
}

LearnEstimate IsingPlan::estimate(const Threads& threads) const {
  InverseIsing machine(shape_, rows_, options_, threads);
  // The steps behind the pseudo-likelihood cost most, and it takes some tens to come there.
  const double seconds = seconds_per_step([&] { return machine.step(); });
  const bool is_exact = options_.method == IsingMethod::exact;
  return {fmt::format("{} rows of {} spins, {} of them different", count_, shape_.sites,
                      rows_.v.rows()),
          fmt::format("{} couplings{} by {}", shape_.pairs.size(),
                      shape_.has_fields ? " and fields" : "",
                      is_exact ? "pseudo-likelihood and exact gradient" : "pseudo-likelihood"),
          job_.train.text("steps").empty() ? kMostSteps : job_.train.integer("steps"), seconds};
}

void IsingPlan::carry_out(Session& session) const {
  IsingRun(InverseIsing(shape_, rows_, options_, session.threads()),
           {rows_, held_out_, count_, extents_}, job_, session)
      .run();
}

}  // namespace nmc::drivers
