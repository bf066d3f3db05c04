#include "drivers/machine/learner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <utility>

#include "core/errors.hpp"
#include "models/energy/machine_file.hpp"
#include "models/energy/rbm_exact.hpp"

namespace nmc::drivers {
namespace {

/// The rate of steps up the gradient of chains.
constexpr double kChainRate = 0.05;
/// CPU seconds up to which an exact gradient is the better one by itself.
constexpr double kQuickGradient = 0.05;

Rbm start_machine(const LearnSetting& setting, double width, Index start) {
  const Options& learn = setting.learn;
  RbmShape shape{setting.data.bits.units(), learn.integer("hidden"), Units::binary};
  if (learn.text("units") == "spin") shape.units = Units::spin;
  if (learn.text("file").empty()) {
    if (!learn.text("width").empty()) width = learn.real("width");
    return Rbm::random(shape, width, setting.seed + static_cast<std::uint64_t>(start));
  }
  if (learn.is_given("width"))
    learn.fail("width",
               "width is of random weights, and file holds those to start from: leave one "
               "of them out");
  Rbm rbm = *read_machine(learn.text("file"));
  if (!(rbm.shape() == shape))
    learn.fail("file", fmt::format("{} holds a machine of {} visible and {} hidden units {}; the "
                                   "data have {} and the job {} {}",
                                   learn.text("file"), rbm.sites(), rbm.hidden(),
                                   rbm.units() == Units::spin ? "+-1" : "0, 1", shape.visible,
                                   shape.hidden, learn.text("units")));
  return rbm;
}

/// Several minimisations, one after the other, of which the best is kept.
class ExactLearner final : public Learner {
 public:
  explicit ExactLearner(const LearnSetting& setting)
      : setting_(setting),
        starts_(setting.learn.text("file").empty() ? setting.learn.integer("starts") : 1),
        steps_of_start_(setting.learn.text("steps").empty() ? kSteps
                                                            : setting.learn.integer("steps")),
        best_(begin()) {
    training_ = std::make_unique<ExactTraining>(best_, setting.data.rows, setting.threads);
  }

  bool step() override {
    const bool goes_on = training_->step() && ++done_here_ < steps_of_start_;
    ++done_;
    if (training_->nll() < best_nll_) {
      best_nll_ = training_->nll();
      best_ = training_->machine();
    }
    if (goes_on) return true;
    done_here_ = 0;
    if (++start_ >= starts_) return false;
    training_ = std::make_unique<ExactTraining>(begin(), setting_.data.rows, setting_.threads);
    return true;
  }
  [[nodiscard]] std::string method() const override {
    return fmt::format("exact gradient, L-BFGS, best of {} starts", starts_);
  }
  [[nodiscard]] Index steps_done() const override { return done_; }
  [[nodiscard]] Index steps() const override { return starts_ * steps_of_start_; }
  [[nodiscard]] Rbm machine() const override { return best_; }
  [[nodiscard]] double learning_rate() const override {
    return std::numeric_limits<double>::quiet_NaN();
  }
  [[nodiscard]] Index pace() const override { return kPace; }

  [[nodiscard]] std::vector<double> state() const override {
    std::vector<double> numbers{static_cast<double>(start_), static_cast<double>(done_here_),
                                static_cast<double>(done_), best_nll_};
    const auto& best = std::as_const(best_).parameters();
    numbers.insert(numbers.end(), best.begin(), best.end());
    if (start_ >= starts_) return numbers;
    const std::vector<double> here = training_->state();
    numbers.insert(numbers.end(), here.begin(), here.end());
    return numbers;
  }
  void set_state(std::span<const double> state) override {
    constexpr std::size_t kHead = 4;
    const std::size_t size = std::as_const(best_).parameters().size();
    require(state.size() >= kHead + size, "the checkpoint is of another machine");
    start_ = static_cast<Index>(state[0]);
    done_here_ = static_cast<Index>(state[1]);
    done_ = static_cast<Index>(state[2]);
    best_nll_ = state[3];
    std::ranges::copy(state.subspan(kHead, size), best_.parameters().begin());
    if (start_ < starts_) training_->set_state(state.subspan(kHead + size));
  }

 private:
  static constexpr Index kSteps = 1000, kPace = 50;
  static constexpr double kWidth = 0.3;
  [[nodiscard]] Rbm begin() const { return start_machine(setting_, kWidth, start_); }

  LearnSetting setting_;
  Index starts_, steps_of_start_;
  Index start_ = 0, done_here_ = 0, done_ = 0;
  Rbm best_;
  double best_nll_ = std::numeric_limits<double>::infinity();
  std::unique_ptr<ExactTraining> training_;
};

class ContrastiveLearner final : public Learner {
 public:
  ContrastiveLearner(const LearnSetting& setting, const ContrastiveOptions& options)
      : options_(options),
        training_(start_machine(setting, kWidth, 0), setting.data.bits, options, setting.threads) {}

  bool step() override {
    training_.step();
    return training_.steps_done() < options_.schedule.steps;
  }
  [[nodiscard]] std::string method() const override {
    return fmt::format(
        "{}-{}, batch {}, {} chains",
        options_.is_persistent ? "persistent contrastive divergence" : "contrastive divergence",
        options_.k, options_.batch, options_.is_persistent ? options_.chains : options_.batch);
  }
  [[nodiscard]] Index steps_done() const override { return training_.steps_done(); }
  [[nodiscard]] Index steps() const override { return options_.schedule.steps; }
  [[nodiscard]] Rbm machine() const override { return training_.machine(); }
  [[nodiscard]] double learning_rate() const override {
    return options_.schedule.at(training_.steps_done());
  }
  [[nodiscard]] Index pace() const override { return kPace; }
  [[nodiscard]] std::vector<double> state() const override { return training_.state(); }
  void set_state(std::span<const double> state) override { training_.set_state(state); }

 private:
  static constexpr Index kPace = 1000;
  static constexpr double kWidth = 0.01;
  ContrastiveOptions options_;
  ContrastiveTraining training_;
};

void refuse_keys(const Options& learn, std::initializer_list<const char*> keys,
                 const std::string& method) {
  for (const char* key : keys)
    if (learn.is_given(key))
      learn.fail(key, fmt::format("{} means nothing to method = {}: leave it out, or set another "
                                  "method",
                                  key, method));
}

ContrastiveOptions read_contrastive(const LearnSetting& setting, bool is_persistent) {
  const Options& learn = setting.learn;
  ContrastiveOptions options;
  options.is_persistent = is_persistent;
  options.k = learn.integer("k");
  options.batch = learn.integer("batch");
  options.chains = learn.integer("chains");
  options.schedule.rate =
      learn.text("learning_rate").empty() ? kChainRate : learn.real("learning_rate");
  options.schedule.steps = learn.text("steps").empty() ? 20000 : learn.integer("steps");
  options.schedule.decay = decay_from_name(learn.text("schedule"));
  options.weight_decay = learn.real("weight_decay");
  options.is_centred = learn.flag("centred");
  options.seed = setting.seed;
  return options;
}

}  // namespace

std::unique_ptr<Learner> make_learner(const LearnSetting& setting) {
  const Options& learn = setting.learn;
  const RbmShape shape{setting.data.bits.units(), learn.integer("hidden"), Units::binary};
  std::string method = learn.text("method");
  if (method == "auto")
    method =
        enumeration_seconds(shape, smaller_side(shape), true) < kQuickGradient ? "exact" : "pcd";
  if (method == "exact") {
    refuse_keys(learn,
                {"batch", "chains", "k", "learning_rate", "schedule", "weight_decay", "centred"},
                method);
    try {
      require_exact(shape);
    } catch (const UserError& error) {
      learn.fail("method", error.what());
    }
    return std::make_unique<ExactLearner>(setting);
  }
  if (method == "pseudo")
    learn.fail("method",
               "method = pseudo is of machine = ising; hidden units are learned by exact, "
               "pcd or cd");
  refuse_keys(learn, {"starts"}, method);
  if (method == "cd") refuse_keys(learn, {"chains"}, method);
  return std::make_unique<ContrastiveLearner>(setting, read_contrastive(setting, method == "pcd"));
}

}  // namespace nmc::drivers
