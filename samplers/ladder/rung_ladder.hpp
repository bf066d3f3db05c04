#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/chain_rows.hpp"
#include "core/roles/sampler.hpp"
#include "core/roles/spin_target.hpp"
#include "samplers/ladder/ladder_walk.hpp"

namespace nmc {

/// Whatever owns the density of a rung.
struct RungOwner {
  RungOwner() = default;
  RungOwner(const RungOwner&) = delete;
  RungOwner& operator=(const RungOwner&) = delete;
  virtual ~RungOwner() = default;
};

/// One temperature: its density and a sampler of it that walks in the density's own space.
struct Rung {
  std::unique_ptr<RungOwner> owner;
  const Target* target = nullptr;
  const SpinTarget* spins = nullptr;  ///< the target where it is made of spins, else null
  std::unique_ptr<Sampler> sampler;
};

/// A ladder of any densities with a sampler each: the rows of a rung are gathered, walked and put
/// back. Spins travel as bytes.
class RungLadder final : public LadderWalk, private Tuning {
 public:
  using MakeRung = std::function<Rung(double beta)>;
  explicit RungLadder(MakeRung make) : make_(std::move(make)) {}

  [[nodiscard]] Index sites() const override { return rungs_.front().target->sites(); }
  void set_betas(const std::vector<double>& betas) override;
  void init(ChainState& state, const Streams& streams, Index rows) const override;
  StepInfo walk(ChainState& state, const Streams& streams, const Task& task) const override;
  [[nodiscard]] Column log_p_exchanged(const ChainState& state, Index parity) const override;
  void exchange(ChainState& state, std::span<const std::uint8_t> marks) const override;

  [[nodiscard]] Tuning* tuning() override { return this; }

 private:
  [[nodiscard]] bool is_frozen() const override;
  [[nodiscard]] bool wants_configurations(Index step, Index warmup) const override;
  void adapt(const WarmupStep& pooled) override;
  [[nodiscard]] std::vector<double> numbers() const override;
  void set_numbers(std::span<const double> numbers) override;
  [[nodiscard]] std::vector<Tuning*> tunings() const;  ///< of every rung

  [[nodiscard]] Index count() const { return std::ssize(rungs_); }
  /// What so many rows are.
  [[nodiscard]] ChainRows ladders(Index rows) const { return ChainRows::among(rows, count()); }
  [[nodiscard]] ChainState gather(const ChainState& state, Index rung) const;
  void pack(ChainState& part, const Streams& streams) const;
  void scatter(const ChainState& part, Index rung, ChainState& state) const;
  [[nodiscard]] Column log_density(const Rung& rung, const ChainState& part) const;
  [[nodiscard]] Streams streams_of(const Streams& streams, Index rung, Index steps) const;

  MakeRung make_;
  std::vector<double> betas_;
  std::vector<Rung> rungs_;
};

}  // namespace nmc
