#pragma once

#include "core/parallel/workers.hpp"
#include "models/training/data_source.hpp"

namespace nmc {

/// Forward-KL training on the chains of a sampler while they run: row r of a batch is the current
/// configuration of chain r. The sampler must be tuned; it and the workers must outlive this.
class SamplerData : public DataSource {
 public:
  struct Options {
    Index chains = 512;  ///< at least the batch of the training
    Index warmup = 100;  ///< steps before the first batch
    Index thin = 1;      ///< steps between two batches
    std::uint64_t seed = 1;
  };
  SamplerData(const Sampler& sampler, const Options& options, Workers workers);

  [[nodiscard]] Index sites() const override { return sampler_.sites(); }
  /// Warms the chains up, which the first advance() does otherwise.
  void prepare() override;
  void advance(Index step) override;
  /// The same configurations serve training and validation.
  [[nodiscard]] Batch rows(const Streams& streams, Index count) const override;
  [[nodiscard]] std::vector<double> state() const override;
  void set_state(std::span<const double> state) override;

 private:
  /// `count` steps of every chain, numbered from `first`.
  void run(std::uint64_t first, Index count);

  const Sampler& sampler_;
  Options options_;
  Workers workers_;
  Batch x_;         ///< all chains of all ranks; (0, 0) before the first step
  Batch physical_;  ///< the same in the target's own space
};

}  // namespace nmc
