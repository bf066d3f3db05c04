#pragma once

#include <memory>
#include <vector>

#include "core/interfaces.hpp"

namespace nmc {

/// Several samplers of one target as one. `cycle` runs every part in turn, `mixture` one part,
/// drawn with the given weights, the same for all chains of a step. Both leave invariant what all
/// parts leave invariant. Parts walk in the same space; caches that a part does not keep are
/// refreshed before the next one runs.
class CompositeSampler final : public Sampler {
 public:
  enum class Mode { cycle, mixture };
  struct Part {
    std::unique_ptr<Sampler> sampler;
    double weight = 1;  ///< relative odds in a mixture, number of repetitions in a cycle
  };
  CompositeSampler(Mode mode, std::vector<Part> parts);

  [[nodiscard]] Index sites() const override { return parts_.front().sampler->sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;

  [[nodiscard]] bool wants_adaptation() const override;
  [[nodiscard]] bool wants_configurations(Index step, Index warmup) const override;
  void adapt(const WarmupStep& pooled) override;
  [[nodiscard]] std::vector<double> tuning() const override;
  void set_tuning(std::span<const double> tuning) override;
  [[nodiscard]] Batch physical(const ChainState& state, const Streams& streams) const override;

 private:
  [[nodiscard]] std::size_t drawn_part(const Streams& streams) const;
  void run_part(std::size_t part, ChainState& state, const Streams& streams, StepInfo& info) const;
  /// Gradient and log q, which the next part may not keep current.
  void drop_own_caches(ChainState& state) const;

  Mode mode_;
  std::vector<Part> parts_;
  Index runs_per_cycle_ = 0;
};

}  // namespace nmc
