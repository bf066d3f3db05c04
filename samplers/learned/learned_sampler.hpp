#pragma once

#include <memory>
#include <optional>

#include "core/optimise/adam.hpp"
#include "samplers/hamiltonian/hmc.hpp"
#include "samplers/learned/learned_moves.hpp"

namespace nmc {

struct LearningOptions {
  HmcOptions hmc{};  ///< of the trajectories in warm-up, whose step and mass the map takes over
  double learning_rate = 2e-3;  ///< of Adam at its start, then down to a twentieth
  Index updates = 4;            ///< steps of Adam after every learning step of the chains
  /// Warps lengths too, by the chains of the second half of the HMC (fit_radial()). Of maps that
  /// need no gradient, and at most kMostWarpedSites.
  bool warps = false;
};

inline constexpr Index kMostWarpedSites = 32;

/// A sampler whose moves are a LearnedMap. Warm-up has three parts:
/// - its first quarter is HMC, which brings the chains to the target and tunes step size and mass;
///   they set the whitened coordinates, with the mean of the chains at its end;
/// - then, to its third quarter, every step is a trajectory of HMC and a move of the map, and the
///   map learns from the chains of all of them by Adam on jump_loss();
/// - from there on the map is frozen, and a step is a move of the map alone.
/// Without a warm-up a step is a trajectory of HMC. The target must outlive it.
class LearnedSampler final : public Sampler, private Tuning {
 public:
  LearnedSampler(const Target& target, std::unique_ptr<LearnedMap> map,
                 const LearningOptions& options);

  [[nodiscard]] Index sites() const override { return moves_->sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;
  [[nodiscard]] SamplerTraits traits() const override {
    return {.preferred_chunk = moves_->traits().preferred_chunk};
  }
  [[nodiscard]] Tuning* tuning() override { return this; }

  [[nodiscard]] const LearnedMoves& moves() const { return *moves_; }

 private:
  enum class Phase { settling, learning, frozen };
  [[nodiscard]] bool is_frozen() const override { return phase_ == Phase::frozen; }
  [[nodiscard]] bool wants_configurations(Index step, Index warmup) const override;
  void adapt(const WarmupStep& pooled) override;
  [[nodiscard]] std::vector<double> numbers() const override;
  void set_numbers(std::span<const double> numbers) override;

  void settle(const WarmupStep& pooled, Index settling);
  void learn(const WarmupStep& pooled, Index learning);
  void warp();
  /// Reads what numbers() wrote of the warp, and returns the rest.
  std::span<const double> warp_from(std::span<const double> numbers);
  /// Step size, mass and mean, or the warped coordinates, to the map.
  void set_coordinates();
  /// Every how many steps the chains are kept for the warp.
  [[nodiscard]] static Index kept_every(Index chains, Index settling);

  LearningOptions options_;
  HmcTrajectory* trajectory_;  ///< of hmc_
  std::unique_ptr<MetropolisHastings> hmc_;
  LearnedMoves* moves_;  ///< of sampler_
  std::unique_ptr<MetropolisHastings> sampler_;
  Adam adam_;
  Phase phase_ = Phase::settling;
  Eigen::VectorXd mean_;
  std::vector<double> kept_;  ///< configurations for the warp, row after row
  std::optional<RadialCoordinates> warped_{};
};

}  // namespace nmc
