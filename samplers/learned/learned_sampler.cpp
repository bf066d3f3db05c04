#include "samplers/learned/learned_sampler.hpp"

#include <algorithm>
#include <utility>

#include "core/linear/factors.hpp"
#include "core/optimise/schedule.hpp"

namespace nmc {
namespace {

constexpr Index kFewestWarmup = 40;
constexpr double kClip = 10;            // largest norm of a gradient
constexpr double kLastRate = 1.0 / 20;  // of the first learning rate
constexpr Index kMostKept = 1 << 15;    // configurations for a warp

/// Ends of the first and the second part of the warm-up.
struct Parts {
  Index settling, learning;
};
Parts parts_of(Index warmup) {
  return {warmup / 4, warmup - warmup / 4};
}

}  // namespace

LearnedSampler::LearnedSampler(const Target& target, std::unique_ptr<LearnedMap> map,
                               const LearningOptions& options)
    : options_(options),
      adam_(std::ssize(std::as_const(*map).parameters())),
      mean_(Eigen::VectorXd::Zero(target.sites())) {
  require(options.updates >= 1, "a map that learns needs at least one update per step");
  require(!options.warps || (!map->needs_gradient() && target.sites() <= kMostWarpedSites),
          "lengths are warped for maps without gradients, in at most " +
              std::to_string(kMostWarpedSites) + " dimensions");
  auto trajectory = std::make_unique<HmcTrajectory>(target, options.hmc);
  trajectory_ = trajectory.get();
  hmc_ = std::make_unique<MetropolisHastings>(target, std::move(trajectory));
  auto moves = std::make_unique<LearnedMoves>(target, std::move(map), options.hmc.start_width);
  moves_ = moves.get();
  sampler_ = std::make_unique<MetropolisHastings>(target, std::move(moves));
}

void LearnedSampler::init(ChainState& state, const Streams& streams, Index chains) const {
  sampler_->init(state, streams, chains);
}

StepInfo LearnedSampler::step(ChainState& state, const Streams& streams) const {
  if (phase_ == Phase::frozen) return sampler_->step(state, streams);
  const Streams own = streams.nested();  // the map's momenta are others
  if (state.grad.size() == 0) hmc_->init(state, own, state.x.rows());
  StepInfo info = hmc_->step(state, own);
  if (!moves_->map().needs_gradient()) state.grad.resize(0, 0);
  return phase_ == Phase::settling ? info : sampler_->step(state, streams);
}

bool LearnedSampler::wants_configurations(Index step, Index warmup) const {
  const auto [settling, learning] = parts_of(warmup);
  if (step >= settling) return step < learning;
  return step + 1 == settling || (options_.warps && step >= settling / 2) ||
         nmc::wants_configurations(hmc_->tuning(), step, settling);
}

Index LearnedSampler::kept_every(Index chains, Index settling) {
  return chains * (settling - settling / 2) / kMostKept + 1;
}

void LearnedSampler::set_coordinates() {
  if (warped_)
    moves_->whitened().set(*warped_);
  else
    moves_->whitened().set(trajectory_->mass(), mean_);
  moves_->map().set_step_size(trajectory_->step_size());
}

void LearnedSampler::settle(const WarmupStep& pooled, Index settling) {
  const bool is_seen = nmc::wants_configurations(hmc_->tuning(), pooled.step, settling);
  hmc_->tuning()->adapt({pooled.step, settling, pooled.acceptance, is_seen ? pooled.x : Batch{}});
  const Index kept = pooled.step - settling / 2;
  if (options_.warps && kept >= 0 && kept % kept_every(pooled.x.rows(), settling) == 0)
    for (Index row = 0; row < pooled.x.rows(); ++row)
      for (Index i = 0; i < pooled.x.cols(); ++i) kept_.push_back(pooled.x(row, i));
  if (pooled.step + 1 < settling) return;
  mean_ = pooled.x.colwise().mean().matrix().transpose();
  if (options_.warps) warp();
  set_coordinates();
  phase_ = Phase::learning;
}

void LearnedSampler::warp() {
  const Index n = sites(), rows = std::ssize(kept_) / n;
  const Batch x = Eigen::Map<const Batch>(kept_.data(), n, rows).transpose();
  const Eigen::VectorXd mean = x.colwise().mean().matrix().transpose();
  const Eigen::MatrixXd centred = x.matrix().rowwise() - mean.transpose();
  const Eigen::MatrixXd covariance = centred.transpose() * centred / static_cast<double>(rows);
  warped_ = fit_radial(x, mean, linear::cholesky_factor(covariance).L);
  kept_.clear();
}

void LearnedSampler::learn(const WarmupStep& pooled, Index learning) {
  const Index settling = parts_of(pooled.warmup).settling;
  const double done =
      static_cast<double>(pooled.step - settling) / static_cast<double>(learning - settling);
  const double rate = options_.learning_rate * (1 - (1 - kLastRate) * done);
  LearnedMap& map = moves_->map();
  const Whitened& whitened = moves_->whitened();
  PhasePoint from;
  from.y = whitened.to_y(pooled.x);
  from.log_p = whitened.log_density_grad(from.y, from.grad);
  from.v.resize(from.y.rows(), from.y.cols());
  for (Index update = 0; update < options_.updates; ++update) {
    const auto count = static_cast<std::uint64_t>(pooled.step * options_.updates + update);
    fill_normal({.step = count, .purpose = Purpose::train}, from.v);
    std::vector<double> grad(std::as_const(map).parameters().size(), 0);
    map.add_loss_gradient(whitened, from, grad);
    clip_norm(grad, kClip);
    adam_.step(map.parameters(), grad, rate);
    map.parameters_changed();
  }
}

void LearnedSampler::adapt(const WarmupStep& pooled) {
  require(!is_frozen(), "a map learns in warm-up alone, and this one is frozen");
  require(pooled.warmup >= kFewestWarmup,
          "a map that learns needs " + std::to_string(kFewestWarmup) +
              " steps of warm-up at least, and run.warmup is " + std::to_string(pooled.warmup));
  const auto [settling, learning] = parts_of(pooled.warmup);
  if (pooled.step < settling)
    settle(pooled, settling);
  else if (pooled.step < learning)
    learn(pooled, learning);
  if (pooled.step + 1 >= learning) phase_ = Phase::frozen;
}

std::vector<double> LearnedSampler::numbers() const {
  const auto parameters = std::as_const(moves_->map()).parameters();
  const AdamState& adam = adam_.state();
  std::vector<double> all{static_cast<double>(phase_), static_cast<double>(adam.steps)};
  all.insert(all.end(), mean_.data(), mean_.data() + mean_.size());
  all.insert(all.end(), adam.m.begin(), adam.m.end());
  all.insert(all.end(), adam.v.begin(), adam.v.end());
  all.insert(all.end(), parameters.begin(), parameters.end());
  if (options_.warps) {
    all.push_back(static_cast<double>(kept_.size()));
    all.insert(all.end(), kept_.begin(), kept_.end());
    all.push_back(warped_ ? 1 : 0);
    if (warped_) {
      const Eigen::VectorXd& mean = warped_->mean;
      all.insert(all.end(), mean.data(), mean.data() + mean.size());
      all.insert(all.end(), warped_->L.data(), warped_->L.data() + warped_->L.size());
      all.push_back(warped_->warp.most());
      all.insert(all.end(), warped_->warp.slopes().begin(), warped_->warp.slopes().end());
    }
  }
  const std::vector<double> hmc = numbers_of(hmc_->tuning());
  all.insert(all.end(), hmc.begin(), hmc.end());
  return all;
}

std::span<const double> LearnedSampler::warp_from(std::span<const double> numbers) {
  if (!options_.warps) return numbers;
  const auto take = [&](std::size_t count) {
    require(numbers.size() >= count, "the stored tuning belongs to a map of another size");
    const std::span<const double> part = numbers.first(count);
    numbers = numbers.subspan(count);
    return part;
  };
  const std::span<const double> kept = take(static_cast<std::size_t>(take(1)[0]));
  kept_.assign(kept.begin(), kept.end());
  warped_.reset();
  if (take(1)[0] == 0) return numbers;
  const Index n = sites();
  const auto square = static_cast<std::size_t>(n * n);
  const Eigen::VectorXd mean =
      Eigen::Map<const Eigen::VectorXd>(take(static_cast<std::size_t>(n)).data(), n);
  const Eigen::MatrixXd L = Eigen::Map<const Eigen::MatrixXd>(take(square).data(), n, n);
  const double most = take(1)[0];
  const std::span<const double> slopes = take(RadialWarp::kKnots);
  warped_ = {mean, L, RadialWarp(n, most, {slopes.begin(), slopes.end()})};
  return numbers;
}

void LearnedSampler::set_numbers(std::span<const double> numbers) {
  const auto sites = static_cast<std::size_t>(mean_.size());
  const std::span<double> parameters = moves_->map().parameters();
  const std::size_t count = parameters.size(), own = 2 + sites + 3 * count;
  require(numbers.size() > own, "the stored tuning belongs to a map of another size");
  phase_ = static_cast<Phase>(static_cast<int>(numbers[0]));
  std::ranges::copy(numbers.subspan(2, sites), mean_.data());
  const auto part = [&](std::size_t k) { return numbers.subspan(2 + sites + k * count, count); };
  AdamState adam;
  adam.steps = static_cast<Index>(numbers[1]);
  adam.m.assign(part(0).begin(), part(0).end());
  adam.v.assign(part(1).begin(), part(1).end());
  adam_.set_state(std::move(adam));
  std::ranges::copy(part(2), parameters.begin());
  moves_->map().parameters_changed();
  nmc::set_numbers(hmc_->tuning(), warp_from(numbers.subspan(own)));
  if (phase_ != Phase::settling) set_coordinates();
}

}  // namespace nmc
