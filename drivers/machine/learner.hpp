#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/options/options.hpp"
#include "models/energy/contrastive.hpp"
#include "models/energy/likelihood.hpp"

namespace nmc::drivers {

/// A way to train a machine, step by step.
class Learner {
 public:
  virtual ~Learner() = default;
  /// false where nothing is left to do.
  virtual bool step() = 0;
  /// In words.
  [[nodiscard]] virtual std::string method() const = 0;
  [[nodiscard]] virtual Index steps_done() const = 0;
  /// At most.
  [[nodiscard]] virtual Index steps() const = 0;
  /// As it is now, or the best by now of several starts.
  [[nodiscard]] virtual Rbm machine() const = 0;
  [[nodiscard]] virtual double learning_rate() const = 0;
  /// Steps between two validations where the job does not say.
  [[nodiscard]] virtual Index pace() const = 0;
  /// All that a checkpoint must hold.
  [[nodiscard]] virtual std::vector<double> state() const = 0;
  virtual void set_state(std::span<const double> state) = 0;
};

/// What is learned from, as the methods read it.
struct LearnData {
  explicit LearnData(const Batch& v) : rows(distinct_rows(v)), bits(v) {}
  WeightedRows rows;
  BitRows bits;
};

/// The method of [learn] on these data, which must outlive it, as must the threads. UserError for
/// keys of another method, and where it cannot work.
struct LearnSetting {
  const Options& learn;
  std::uint64_t seed = 1;
  const LearnData& data;
  const Threads& threads;
};
[[nodiscard]] std::unique_ptr<Learner> make_learner(const LearnSetting& setting);

}  // namespace nmc::drivers
