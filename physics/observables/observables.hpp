#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/interfaces.hpp"

namespace nmc {

/// An observable that is a function of a batch.
class FunctionObservable final : public Observable {
 public:
  using Function = std::function<Column(const Batch&)>;
  FunctionObservable(std::string name, Function function);
  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] Column measure(const Batch& x) const override { return function_(x); }

 private:
  std::string name_;
  Function function_;
};

/// A function of spins, whether they are packed or not.
class SpinObservable final : public Observable {
 public:
  using OfBatch = std::function<Column(const Batch&)>;
  using OfSpins = std::function<Column(const Spins&)>;
  /// With of_pairs, a function of the products of two replicas.
  SpinObservable(std::string name, OfBatch of_batch, OfSpins of_spins, bool of_pairs = false);
  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] Column measure(const Batch& x) const override { return of_batch_(x); }
  [[nodiscard]] Column measure_packed(const Spins& s) const override { return of_spins_(s); }
  [[nodiscard]] ObservableTraits traits() const override {
    return {.reads_packed = true, .is_of_pairs = of_pairs_};
  }

 private:
  std::string name_;
  OfBatch of_batch_;
  OfSpins of_spins_;
  bool of_pairs_;
};

/// A function of another observable, which must outlive it.
class ObservableOfBase final : public Observable {
 public:
  using Function = std::function<Column(const Column&)>;
  ObservableOfBase(std::string name, const Observable& base, Function function);
  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] Column measure(const Batch& x) const override {
    return function_(base_.measure(x));
  }
  [[nodiscard]] Column measure_packed(const Spins& s) const override {
    return function_(base_.measure_packed(s));
  }
  [[nodiscard]] ObservableTraits traits() const override {
    ObservableTraits traits = base_.traits();
    traits.is_energy = false;
    return traits;
  }
  [[nodiscard]] const Observable* base() const override { return &base_; }
  [[nodiscard]] Column of_base(const Column& values) const override { return function_(values); }

 private:
  std::string name_;
  const Observable& base_;
  Function function_;
};

using Observables = std::vector<std::unique_ptr<Observable>>;

/// A quantity that is a function of the means of observables, not a mean itself: its error comes
/// from the jackknife over the columns named in `inputs`.
struct Derived {
  std::string name;
  std::string formula;
  std::vector<std::string> inputs;
  std::function<double(std::span<const double> means)> value;
};

/// x0, x1, … (at most the first 8 sites), mean, r2 = |x|² and lp of a density over real numbers.
[[nodiscard]] Observables real_observables(const Target& target);

}  // namespace nmc
