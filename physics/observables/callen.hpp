#pragma once

#include <vector>

#include "core/lazy.hpp"
#include "core/roles/observable.hpp"
#include "core/spins/alignment_counts.hpp"
#include "physics/systems/ising.hpp"

namespace nmc {

/// Σ_i h_i (tanh β h_i − s_i) / N with the local fields h_i: its mean is 0 at every temperature, by
/// ⟨s_i f⟩ = ⟨f tanh β h_i⟩ for any f of the other spins (Callen, Phys. Lett. 4, 161 (1963)).
/// Without fields and plaquettes ⟨Σ h_i s_i⟩ = −2⟨H⟩: the temperature that the energy shows.
class Callen final : public Observable {
 public:
  /// ising must outlive it.
  explicit Callen(const Ising& ising);
  [[nodiscard]] std::string name() const override { return "callen"; }
  /// How far the turn of one spin may move it, at most: its own term by 2 |h|, and that of each
  /// neighbour, whose field changes by 2 |J|, by (1.2 + 1) 2 |J|, since h tanh βh is nowhere
  /// steeper than 1.2.
  [[nodiscard]] double largest_step() const;
  [[nodiscard]] Column measure(const Batch& s) const override;
  [[nodiscard]] Column measure_packed(const Spins& spins) const override;
  [[nodiscard]] ObservableTraits traits() const override {
    return {.reads_packed = true, .has_temperature = true};
  }

 private:
  [[nodiscard]] double term(AlignmentCounts::Class sites) const;
  struct Counts {
    std::vector<AlignmentCounts::Class> classes;
    Batch sites;  ///< (rows, classes)
  };
  [[nodiscard]] Counts count(const Spins& spins) const;
  [[nodiscard]] Column of_torus(const Spins& spins) const;
  [[nodiscard]] Column of_bytes(const Spins& spins) const;

  const Ising& ising_;
  bool counts_;  ///< whether all couplings are ±J, so that counts of satisfied bonds will do
  Lazy<AlignmentCounts> alignment_;
};

}  // namespace nmc
