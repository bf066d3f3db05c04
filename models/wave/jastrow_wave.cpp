#include "models/wave/jastrow_wave.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <utility>

#include "core/errors.hpp"
#include "core/random/streams.hpp"

namespace nmc {
namespace {

/// The shorter of the ways from i to j and back, as a number.
Index separation(const std::vector<Index>& torus, Index i, Index j) {
  Index there = 0, back = 0, stride = 1;
  for (const Index extent : torus) {
    const Index d = (j / stride % extent - i / stride % extent + extent) % extent;
    there += stride * d;
    back += stride * ((extent - d) % extent);
    stride *= extent;
  }
  return std::min(there, back);
}

void check_jastrow(const JastrowShape& shape) {
  require(shape.sites >= 2,
          fmt::format("a Jastrow wave function of {} spins: it has pairs of them", shape.sites));
  if (shape.torus.empty()) return;
  const Index sites =
      std::accumulate(shape.torus.begin(), shape.torus.end(), Index{1}, std::multiplies<>());
  require(sites == shape.sites,
          fmt::format("a torus of {} sites and a wave function of {}", sites, shape.sites));
}

Amplitudes exponential(const Column& log_abs, const Column* phase) {
  const Column size = log_abs.exp();
  if (phase == nullptr) return {size, Column()};
  return {size * phase->cos(), size * phase->sin()};
}

/// Chains of a JastrowWave with the fields h_i = a_i + Σ_j v_ij s_j: a spin turned over changes ln
/// ψ by −2 s_i h_i.
class JastrowChains final : public WaveChains {
 public:
  /// The wave function must outlive it.
  JastrowChains(const JastrowWave& psi, Batch s);
  [[nodiscard]] Batch configurations() const override { return s_; }
  [[nodiscard]] Column spins(Index site) const override { return s_.col(site); }
  [[nodiscard]] Amplitudes ratios(std::span<const Index> flips) const override;
  [[nodiscard]] Amplitudes inversion_ratios() const override;
  void flip(std::span<const Index> flips, const Column& taken) override;
  void invert(const Column& taken) override;
  void scores(Batch& of_abs, Batch& of_phase) const override;

 private:
  /// What turning over these spins adds to ln ψ, of one part.
  [[nodiscard]] Column change(Index part, std::span<const Index> flips) const;
  const JastrowWave& psi_;
  Batch s_;
  std::vector<Batch> fields_;  ///< of each part, (chains, sites)
};

JastrowChains::JastrowChains(const JastrowWave& psi, Batch s) : psi_(psi), s_(std::move(s)) {
  for (Index part = 0; part < psi_.parts(); ++part)
    fields_.emplace_back((s_.matrix() * psi_.v(part)).array().rowwise() +
                         psi_.a(part).transpose().array());
}

// Pairs within the set do not change, and each of them is in two of the fields.
Column JastrowChains::change(Index part, std::span<const Index> flips) const {
  const Batch& h = fields_[static_cast<std::size_t>(part)];
  Column sum = Column::Zero(s_.rows());
  for (std::size_t k = 0; k < flips.size(); ++k) {
    const Index i = flips[k];
    sum -= 2 * s_.col(i) * h.col(i);
    for (std::size_t l = 0; l < k; ++l)
      sum += 4 * psi_.v(part)(i, flips[l]) * s_.col(i) * s_.col(flips[l]);
  }
  return sum;
}

Amplitudes JastrowChains::ratios(std::span<const Index> flips) const {
  if (psi_.is_positive()) return exponential(change(0, flips), nullptr);
  const Column phase = change(1, flips);
  return exponential(change(0, flips), &phase);
}

// Pairs stay as they are.
Amplitudes JastrowChains::inversion_ratios() const {
  const auto of_part = [&](Index part) {
    return Column(-2 * (s_.matrix() * psi_.a(part)).array());
  };
  if (psi_.is_positive()) return exponential(of_part(0), nullptr);
  const Column phase = of_part(1);
  return exponential(of_part(0), &phase);
}

void JastrowChains::flip(std::span<const Index> flips, const Column& taken) {
  for (const Index i : flips) {
    const Column step = -2 * taken * s_.col(i);
    for (Index part = 0; part < psi_.parts(); ++part)
      fields_[static_cast<std::size_t>(part)] += (step.matrix() * psi_.v(part).row(i)).array();
    s_.col(i) += step;
  }
}

void JastrowChains::invert(const Column& taken) {
  const Column sign = 1 - 2 * taken;
  s_.colwise() *= sign;
  for (Index part = 0; part < psi_.parts(); ++part) {
    Batch& h = fields_[static_cast<std::size_t>(part)];
    const auto a = psi_.a(part).transpose().array();
    h = ((h.rowwise() - a).colwise() * sign).rowwise() + a;
  }
}

void JastrowChains::scores(Batch& of_abs, Batch& of_phase) const {
  const Batch features = psi_.features(s_);
  if (psi_.is_positive()) {
    of_abs = features;
    of_phase.resize(0, 0);
    return;
  }
  of_abs = of_phase = Batch::Zero(features.rows(), 2 * features.cols());
  of_abs.leftCols(features.cols()) = features;
  of_phase.rightCols(features.cols()) = features;
}

}  // namespace

JastrowWave::JastrowWave(JastrowShape shape) : shape_(std::move(shape)) {
  check_jastrow(shape_);
  const Index n = shape_.sites;
  const bool is_tied = !shape_.torus.empty();
  for (Index i = 0; i < n; ++i) of_site_.push_back(shape_.is_even ? -1 : is_tied ? 0 : i);
  parameters_ = shape_.is_even ? 0 : is_tied ? 1 : n;
  std::map<Index, Index> known;
  for (Index i = 0; i < n; ++i)
    for (Index j = i + 1; j < n; ++j) {
      if (!is_tied) {
        of_pair_.push_back(parameters_++);
        continue;
      }
      const auto [place, is_new] = known.try_emplace(separation(shape_.torus, i, j), parameters_);
      parameters_ += is_new ? 1 : 0;
      of_pair_.push_back(place->second);
    }
  theta_.resize(static_cast<std::size_t>(parts() * parameters_));
  a_.assign(static_cast<std::size_t>(parts()), Eigen::VectorXd::Zero(n));
  v_.assign(static_cast<std::size_t>(parts()), Eigen::MatrixXd::Zero(n, n));
}

std::unique_ptr<JastrowWave> JastrowWave::random(const JastrowShape& shape, double width,
                                                 std::uint64_t seed) {
  auto wave = std::make_unique<JastrowWave>(shape);
  Batch z(1, std::ssize(wave->theta_));
  fill_normal({.seed = seed, .purpose = Purpose::weights}, z);
  for (std::size_t k = 0; k < wave->theta_.size(); ++k)
    wave->theta_[k] = width * z(0, static_cast<Index>(k));
  wave->parameters_changed();
  return wave;
}

void JastrowWave::parameters_changed() {
  const Index n = shape_.sites;
  for (Index part = 0; part < parts(); ++part) {
    const auto number = [&](Index parameter) {
      return parameter < 0 ? 0.0 : theta_[static_cast<std::size_t>(part * parameters_ + parameter)];
    };
    Eigen::VectorXd& a = a_[static_cast<std::size_t>(part)];
    Eigen::MatrixXd& v = v_[static_cast<std::size_t>(part)];
    auto pair = of_pair_.begin();
    for (Index i = 0; i < n; ++i) {
      a(i) = number(of_site_[static_cast<std::size_t>(i)]);
      for (Index j = i + 1; j < n; ++j) v(i, j) = v(j, i) = number(*pair++);
    }
  }
}

LogPsi JastrowWave::log_psi(const Batch& s) const {
  require(s.cols() == sites(), "configurations of another number of spins");
  const auto value = [&](Index part) {
    const Batch fields =
        (0.5 * (s.matrix() * v(part))).array().rowwise() + a(part).transpose().array();
    return sum_sites(s * fields);
  };
  return {value(0), shape_.is_complex ? value(1) : Column(Column::Zero(s.rows()))};
}

std::unique_ptr<WaveChains> JastrowWave::chains(const Batch& s) const {
  require(s.cols() == sites(), "configurations of another number of spins");
  return std::make_unique<JastrowChains>(*this, s);
}

Batch JastrowWave::features(const Batch& s) const {
  Batch features = Batch::Zero(s.rows(), parameters_);
  auto pair = of_pair_.begin();
  for (Index i = 0; i < sites(); ++i) {
    const Index own = of_site_[static_cast<std::size_t>(i)];
    if (own >= 0) features.col(own) += s.col(i);
    for (Index j = i + 1; j < sites(); ++j) features.col(*pair++) += s.col(i) * s.col(j);
  }
  return features;
}

}  // namespace nmc
