#pragma once

#include <memory>
#include <vector>

#include "core/interfaces.hpp"

namespace nmc {

/// Several samplers of one target as one. `cycle` runs every part in turn, `mixture` one part,
/// drawn with the given weights, the same for all chains of a step. Both leave invariant what all
/// parts leave invariant. Parts walk in the same space; caches that a part does not keep are
/// refreshed before the next one runs. Where parts need several rows per chain, all others treat
/// these rows as chains of their own.
class CompositeSampler final : public Sampler {
 public:
  enum class Mode { cycle, mixture };
  struct Part {
    std::unique_ptr<Sampler> sampler;
    double weight = 1;  ///< relative odds in a mixture, number of repetitions in a cycle
    std::string name{};
    /// Whether configurations begin as this part draws them; else as the first part does.
    bool starts = false;
  };
  CompositeSampler(Mode mode, std::vector<Part> parts);

  [[nodiscard]] Index sites() const override { return parts_.front().sampler->sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;
  StepInfo steps(ChainState& state, const Streams& streams, Index count) const override;
  /// Where all parts are fast.
  [[nodiscard]] bool has_fast_steps() const override;
  /// Whether a step ends with a part that draws from a model, so that its log q is that of the
  /// state.
  [[nodiscard]] bool keeps_log_q() const;
  /// The largest that a part wants.
  [[nodiscard]] Index preferred_chunk() const override;
  [[nodiscard]] Index rows_per_chain() const override { return rows_per_chain_; }
  [[nodiscard]] std::vector<std::string> part_names() const override;

  [[nodiscard]] bool wants_adaptation() const override;
  [[nodiscard]] bool wants_configurations(Index step, Index warmup) const override;
  void adapt(const WarmupStep& pooled) override;
  [[nodiscard]] std::vector<double> tuning() const override;
  void set_tuning(std::span<const double> tuning) override;
  [[nodiscard]] Batch physical(const ChainState& state, const Streams& streams) const override;

 private:
  [[nodiscard]] std::size_t drawn_part(const Streams& streams) const;
  struct Runs {
    std::size_t part = 0;
    Index count = 1;
  };
  void run(const Runs& runs, ChainState& state, const Streams& streams, StepInfo& info) const;
  /// Gradient and log q, which the next part may not keep current.
  void drop_own_caches(ChainState& state) const;

  Mode mode_;
  std::vector<Part> parts_;
  Index runs_per_cycle_ = 0;
  Index rows_per_chain_ = 1;
};

}  // namespace nmc
