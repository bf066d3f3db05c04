#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/interfaces.hpp"
#include "physics/systems/dual_ising.hpp"
#include "physics/systems/ising.hpp"

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
  [[nodiscard]] bool reads_packed() const override { return true; }
  [[nodiscard]] bool is_of_pairs() const override { return of_pairs_; }

 private:
  std::string name_;
  OfBatch of_batch_;
  OfSpins of_spins_;
  bool of_pairs_;
};

/// H of the Ising model.
class SpinEnergyObservable final : public Observable {
 public:
  explicit SpinEnergyObservable(const Ising& ising) : ising_(ising) {}
  [[nodiscard]] std::string name() const override { return "energy"; }
  [[nodiscard]] Column measure(const Batch& s) const override { return ising_.energy(s); }
  [[nodiscard]] Column measure_packed(const Spins& s) const override { return ising_.energy(s); }
  [[nodiscard]] bool reads_packed() const override { return true; }
  [[nodiscard]] bool is_energy() const override { return true; }

 private:
  const Ising& ising_;
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
  [[nodiscard]] bool reads_packed() const override { return base_.reads_packed(); }
  [[nodiscard]] const Observable* base() const override { return &base_; }
  [[nodiscard]] Column of_base(const Column& values) const override { return function_(values); }
  [[nodiscard]] bool is_of_pairs() const override { return base_.is_of_pairs(); }

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

/// energy, energy2 (its square), m, abs_m, m2, m4 of spins. The system must outlive them.
[[nodiscard]] Observables spin_observables(const Ising& ising);
/// The same by the improved estimators ⟨· | x⟩ of the dual field, exact for every x, and the
/// field's own action E(x). abs_m comes from the distribution of Σ s given x, the others from
/// moments.
[[nodiscard]] Observables dual_observables(const DualIsing& dual);
/// The same for the field in the coordinates y, x = K y.
[[nodiscard]] Observables dual_observables(const DualStencil& stencil);
/// x0, x1, … (at most the first 8 sites), mean, r2 = |x|² and lp of a density over real numbers.
[[nodiscard]] Observables real_observables(const Target& target);

/// heat = β² (⟨E²⟩ − ⟨E⟩²), energy_per_site, susceptibility = N ⟨m²⟩, susceptibility_connected =
/// N (⟨m²⟩ − ⟨|m|⟩²), binder = 1 − ⟨m⁴⟩ / 3⟨m²⟩².
[[nodiscard]] std::vector<Derived> spin_derived(Index sites, double beta);

}  // namespace nmc
