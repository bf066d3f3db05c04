#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/roles/sampler.hpp"
#include "core/roles/spin_target.hpp"
#include "samplers/local/bit_kernels.hpp"
#include "samplers/local/real_kernel.hpp"
#include "samplers/local/site_vectors.hpp"
#include "samplers/local/spin_state.hpp"

namespace nmc {

/// In which order a sweep visits the sites, the same for all chains.
enum class SiteOrder {
  colours,     ///< colour by colour; the sites of one do not interact
  sequential,  ///< by number
  random,      ///< as many random sites as there are sites
};

struct LocalSpinsOptions {
  LocalRule rule = LocalRule::metropolis;
  /// Colours where the graph has few, else sequential.
  std::optional<SiteOrder> order;
  SpinStart start = SpinStart::random;
  /// Rows of all batches together: few of them are no work for lanes. 0: not known, many.
  Index rows = 0;
};

/// Single-spin updates of spins on any graph; a step is one sweep of as many updates as there are
/// sites (Metropolis et al. 1953; Glauber 1963). Kernels by what the couplings are:
///
///   a torus of equal couplings, large and even enough for StripGeometry: 512 sites at a time;
///   a lattice of couplings ±J in a uniform field (StringLattice), where its rows are few, or the
///   field is not 0: 512 sites at a time;
///   couplings ±J, no fields, degree up to 8: 512 chains at a time, one bit each; of what is left
///   of them, or where all are fewer, 64 chains of eight sites at a time;
///   anything else: 16 chains at a time in single precision, in double where that leaves a
///   decision open.
///
/// A decision compares 64 random bits with the threshold in all of them.
class LocalSpins final : public Sampler {
 public:
  /// `target` must outlive it. With `betas`, row r is at inverse temperature
  /// betas[r % betas.size()], r its global number, in place of target.beta().
  LocalSpins(const SpinTarget& target, LocalSpinsOptions options, std::vector<double> betas = {});

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override {
    return steps(state, streams, 1);
  }
  StepInfo steps(ChainState& state, const Streams& streams, Index count) const override;
  [[nodiscard]] SamplerTraits traits() const override;
  [[nodiscard]] SpinLayout layout() const { return layout_; }
  [[nodiscard]] SiteOrder order() const { return order_; }

 private:
  [[nodiscard]] double beta(const Streams& streams, Index row) const;
  /// Takes strings where they are faster than what the target would have else.
  [[nodiscard]] bool start_strings();
  void refresh_log_p(ChainState& state, const Streams& streams) const;
  void sweeps(Spins& spins, const Streams& streams, Index count) const;
  void sweep(Spins& spins, const Streams& streams, Index groups) const;
  /// Of the first `groups` groups.
  void sweep_bits(Spins& spins, const Streams& streams, const std::vector<SiteRun>& runs,
                  Index groups) const;
  /// Groups of these spins whose words are enough for vectors by themselves.
  [[nodiscard]] Index whole_groups(const Spins& spins) const;
  void sweep_site_by_site(Spins& spins, const Streams& streams, Index group, Index count) const;
  void sweep_row_by_row(Spins& spins, const Streams& streams, Index sweeps) const;
  void sweep_real(Spins& spins, const Streams& streams,
                  const std::vector<std::uint32_t>& order) const;

  const SpinTarget& target_;
  LocalSpinsOptions options_;
  std::vector<double> betas_;
  SpinLayout layout_ = SpinLayout::lanes;
  SiteOrder order_ = SiteOrder::colours;
  std::vector<std::uint32_t> fixed_order_;
  std::vector<SiteRun> fixed_runs_;  ///< of fixed_order_, for bits
  std::optional<StringLattice> strings_;
  std::optional<StringRule> string_rule_;  ///< of strings that are not plain
  std::optional<BitGraph> bits_;
  std::optional<SiteVectors> vectors_;  ///< of bits, where the groups are no multiple of eight
  std::optional<RealGraph> real_;
  std::vector<BitRule> rules_;  ///< by degree; of strips and strings the only one
};

}  // namespace nmc
