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
class CompositeSampler final : public Sampler, private Tuning {
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
  /// Whether a step ends with a part that draws from a model, so that its log q is that of the
  /// state.
  [[nodiscard]] bool keeps_log_q() const;
  /// Fast where all parts are; chunks as large as a part wants them.
  [[nodiscard]] SamplerTraits traits() const override { return traits_; }
  [[nodiscard]] Tuning* tuning() override { return this; }
  [[nodiscard]] Batch physical(const ChainState& state, const Streams& streams) const override;

 private:
  [[nodiscard]] bool is_frozen() const override;
  [[nodiscard]] bool wants_configurations(Index step, Index warmup) const override;
  void adapt(const WarmupStep& pooled) override;
  [[nodiscard]] std::vector<double> numbers() const override;
  void set_numbers(std::span<const double> numbers) override;
  [[nodiscard]] std::vector<Tuning*> tunings() const;  ///< of every part

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
  SamplerTraits traits_;
  std::vector<bool> has_fast_steps_;  ///< of each part
};

}  // namespace nmc
