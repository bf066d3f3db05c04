#pragma once

#include <vector>

#include "models/born_machines/mps_spec.hpp"
#include "models/born_machines/pair_likelihood.hpp"
#include "models/born_machines/spin_data.hpp"

namespace nmc {

/// Two-site sweeps (Han et al., PRX 8, 031012 (2018); White, PRL 69, 2863 (1992)): the tensor of
/// two neighbouring places learns the data with all others as they are, and is cut in two by its
/// singular values, so that bonds are as wide as the data ask for.
class MpsSweeper {
 public:
  /// `chain` is open; its places are those of the data, which must outlive this. UserError where
  /// Ψ = 0 on a configuration of the data.
  MpsSweeper(const std::vector<SpinMatrices>& chain, const SpinData& data,
             const PairOptions& options);
  /// Over all pairs to the last one and back to the first.
  void sweep();
  /// In mixed canonical form with its centre at the first place, Z = 1.
  [[nodiscard]] const std::vector<SpinMatrices>& chain() const { return chain_; }

 private:
  enum class Way { right, left };
  void learn_pair(std::size_t place, Way way);
  [[nodiscard]] std::array<PairClass, 4> classes(std::size_t place) const;
  void cut(std::size_t place, const PairTensor& theta, Way way);
  void extend_left(std::size_t place);
  void extend_right(std::size_t place);

  std::vector<SpinMatrices> chain_;
  const SpinData& data_;
  PairOptions options_;
  /// Products of the matrices left of each place, and of those from it on, of all data: (count,
  /// bond), a row with 1 as its largest entry.
  std::vector<Eigen::MatrixXd> left_, right_;
};

}  // namespace nmc
