#pragma once

#include <vector>

#include "models/born_machines/pair_likelihood.hpp"
#include "models/born_machines/spin_data.hpp"

namespace nmc {

/// A Born machine that two-site sweeps can learn, whatever its tensors are joined to: its bonds
/// grow and shrink as it is swept.
class SweptState {
 public:
  virtual ~SweptState() = default;
  /// UserError with the way out where it cannot be swept.
  virtual void check_sweeps() const = 0;
  /// The site of each place, in the order in which places are drawn.
  [[nodiscard]] virtual const std::vector<Index>& places() const = 0;
  [[nodiscard]] virtual const std::vector<Index>& bonds() const = 0;
  /// Bonds that a training may reach.
  [[nodiscard]] virtual Index most_bonds() const = 0;
  /// How many numbers it has at these bonds. UserError where they do not fit together.
  [[nodiscard]] virtual Index number_count(const std::vector<Index>& bonds) const = 0;
  [[nodiscard]] virtual std::vector<double> numbers() const = 0;
  /// Becomes these numbers, number_count(bonds) of them.
  virtual void set_numbers(const std::vector<Index>& bonds, std::vector<double> numbers) = 0;
  /// Independent spins with these probabilities of being up, by place.
  virtual void set_independent(const Column& up) = 0;
  /// One sweep over all pairs and back. UserError where Ψ = 0 on a configuration of the data.
  virtual void sweep(const SpinData& data, const PairOptions& options) = 0;
  /// The same refusals without a step.
  virtual void check_data(const SpinData& data) const = 0;
};

}  // namespace nmc
