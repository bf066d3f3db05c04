#pragma once

#include "core/lazy.hpp"
#include "core/roles/control_variates.hpp"
#include "core/spins/alignment_counts.hpp"
#include "physics/systems/ising.hpp"

namespace nmc {

/// Control variates of spins: G h for functions h of the energy H and the magnetization M = Σ s,
/// where G is the generator of the heat bath,
///   (G h)(s) = Σ_i p_i [h(s with s_i flipped) − h(s)],  p_i = 1 / (1 + e^{β ΔH_i}),
/// whose mean is 0 since the heat bath leaves e^{−βH} as it is. h are H, M², H², |M|, M⁴, M²H, H³,
/// |M|H, |M|³ and M; beyond kMostSplit sites H, H² and H³ alone, which follow from counts of
/// satisfied bonds without the signs of the spins.
class SpinVariates final : public ControlVariates {
 public:
  static constexpr Index kMostSplit = 4096;

  /// ising must outlive it.
  explicit SpinVariates(const Ising& ising);
  [[nodiscard]] const std::vector<std::string>& names() const override { return names_; }
  [[nodiscard]] Batch measure(const Batch& s) const override;
  [[nodiscard]] Batch measure_packed(const Spins& spins) const override;
  [[nodiscard]] bool reads_packed() const override {
    return counts_ || ising_.string_lattice() != nullptr;
  }

 private:
  using Class = AlignmentCounts::Class;
  /// Sums over the sites of one sign of one configuration: their number, Σ p ΔH^n, and Σ s h.
  struct Sums {
    double sites = 0, p = 0, pd = 0, pd2 = 0, pd3 = 0, sh = 0;
    void add(double count, double sh_of_site, double flip) {
      const double d = 2 * sh_of_site, with = count * flip;
      sites += count;
      sh += sh_of_site * count;
      p += with;
      pd += with * d;
      pd2 += with * d * d;
      pd3 += with * d * d * d;
    }
  };
  /// Sites of which s_i h_i is sh, and their probability of a flip; h is s_i times the field.
  struct Flip {
    double sh, p;
  };
  [[nodiscard]] std::vector<Flip> flips_of(const std::vector<Class>& classes, double h) const;
  /// G of all functions for one row.
  using Row = Eigen::Array<double, 1, Eigen::Dynamic>;
  void combine(const Sums& up, const Sums& down, double energy, Row& values) const;
  /// Of the sites of every class that are up and down, (chains, classes).
  [[nodiscard]] Batch of_counts(const std::vector<Class>& classes, const Batch& up,
                                const Batch& down) const;
  [[nodiscard]] Batch of_strings(const Spins& spins) const;
  [[nodiscard]] Batch of_torus(const Spins& spins) const;

  const Ising& ising_;
  std::vector<std::string> names_;
  bool counts_;  ///< whether all couplings are ±J, so that counts of satisfied bonds will do
  bool is_split_;
  Lazy<AlignmentCounts> alignment_;
};

}  // namespace nmc
