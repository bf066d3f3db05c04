#include "physics/exact/label_transfer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "physics/exact/label_enumeration.hpp"

namespace nmc {
namespace {

constexpr Index kFirstsAtOnce = 16;  ///< first layers carried side by side

/// A layer to begin with, and how many it stands for.
struct FirstLayer {
  std::vector<Index> labels;
  double states = 1;
};

class FirstLayers {
 public:
  FirstLayers(const LabelLayers& layers, const LabelCoupling& coupling)
      : q_(coupling.states),
        width_(layers.width),
        is_permuted_(coupling.is_permutable),
        has_field_(layers.has_field) {
    add({{}, 1}, 0);
  }
  std::vector<FirstLayer> all;

 private:
  void add(const FirstLayer& so_far, Index used) {
    if (std::ssize(so_far.labels) == width_) {
      all.push_back(so_far);
      return;
    }
    Index end = q_;
    if (!has_field_ && is_permuted_) end = std::min(used + 1, q_);
    if (!has_field_ && !is_permuted_ && so_far.labels.empty()) end = 1;
    for (Index a = 0; a < end; ++a) {
      FirstLayer next = so_far;
      next.labels.push_back(a);
      if (!has_field_ && is_permuted_ && a == used) next.states *= static_cast<double>(q_ - a);
      if (!has_field_ && !is_permuted_ && so_far.labels.empty())
        next.states *= static_cast<double>(q_);
      add(next, std::max(used, a + 1));
    }
  }

  Index q_, width_;
  bool is_permuted_, has_field_;
};

using Columns = Eigen::ArrayXXd;  ///< (first layers, states)

/// Weights of layers' states with their first two derivatives by β.
struct Weights {
  Columns value, first, second;
};

/// The least of `scale` times each value.
double least(double scale, const std::vector<double>& values) {
  const auto [low, high] = std::ranges::minmax_element(values);
  return std::min(scale * *low, scale * *high);
}

class LabelTransfer {
 public:
  LabelTransfer(const LabelLayers& layers, const PairLabels& labels)
      : layers_(layers), coupling_(labels.coupling()), beta_(labels.beta()), q_(coupling_.states) {
    for (Index place = 0; place < layers.width; ++place)
      stride_.push_back(place == 0 ? 1 : stride_.back() * q_);
    states_ = stride_.back() * q_;
  }

  /// ln of the scale, and Z with its derivatives in units of it, of all energies above the bound.
  struct Sum {
    double log_scale;
    std::array<double, 3> z;
  };

  Sum open() {
    w_ = zeros(1);
    for (Index state = 0; state < states_; ++state) start(state, 0, 1);
    sweep();
    return {log_scale_, {w_.value.sum(), w_.first.sum(), w_.second.sum()}};
  }

  Sum closed(std::span<const FirstLayer> firsts) {
    w_ = zeros(std::ssize(firsts));
    for (Index row = 0; row < std::ssize(firsts); ++row)
      start(number_of(firsts[static_cast<std::size_t>(row)].labels), row,
            firsts[static_cast<std::size_t>(row)].states);
    sweep();
    std::array<double, 3> z{};
    for (Index row = 0; row < std::ssize(firsts); ++row)
      for (Index state = 0; state < states_; ++state) {
        const double energy = around(state, firsts[static_cast<std::size_t>(row)].labels);
        const double v0 = w_.value(row, state), v1 = w_.first(row, state);
        const double factor = std::exp(-beta_ * energy);
        z[0] += factor * v0;
        z[1] += factor * (v1 - energy * v0);
        z[2] += factor * (w_.second(row, state) - 2 * energy * v1 + energy * energy * v0);
      }
    return {log_scale_, z};
  }

 private:
  [[nodiscard]] Weights zeros(Index rows) const {
    const Columns none = Columns::Zero(rows, states_);
    return {none, none, none};
  }
  [[nodiscard]] Index digit(Index state, Index place) const {
    return state / stride_[static_cast<std::size_t>(place)] % q_;
  }
  [[nodiscard]] Index number_of(const std::vector<Index>& labels) const {
    Index state = 0;
    for (std::size_t place = 0; place < labels.size(); ++place)
      state += stride_[place] * labels[place];
    return state;
  }
  /// Of a bond, above its least energy, so that no weight exceeds 1.
  [[nodiscard]] double bond(double J, Index a, Index b) const {
    return J * coupling_.e(a, b) - least(J, coupling_.pair);
  }
  [[nodiscard]] double own(const LabelLayers::Site& site, Index state, Index a) const {
    double energy = site.h * coupling_.v(a) - least(site.h, coupling_.single);
    for (const auto& [place, J] : site.inside) energy += bond(J, a, digit(state, place));
    return energy;
  }
  [[nodiscard]] double around(Index state, const std::vector<Index>& first) const {
    double energy = 0;
    for (std::size_t place = 0; place < layers_.layers.back().size(); ++place)
      for (const auto& [other, J] : layers_.layers.back()[place].around)
        energy += bond(J, digit(state, static_cast<Index>(place)),
                       first[static_cast<std::size_t>(other)]);
    return energy;
  }

  void start(Index state, Index row, double states) {
    double energy = 0;
    for (std::size_t place = 0; place < stride_.size(); ++place)
      energy += own(layers_.layers[0][place], state, digit(state, static_cast<Index>(place)));
    const double weight = states * std::exp(-beta_ * energy);
    w_.value(row, state) = weight;
    w_.first(row, state) = -energy * weight;
    w_.second(row, state) = energy * energy * weight;
  }

  void sweep() {
    log_scale_ = 0;
    for (std::size_t layer = 1; layer < layers_.layers.size(); ++layer) {
      for (Index place = 0; place < layers_.width; ++place)
        replace(layers_.layers[layer][static_cast<std::size_t>(place)], place);
      const double largest = w_.value.maxCoeff();
      if (!(largest > 0)) return;
      log_scale_ += std::log(largest);
      for (Columns* part : {&w_.value, &w_.first, &w_.second}) *part /= largest;
    }
  }

  /// The site at `place` of the next layer takes the place of the one below it.
  void replace(const LabelLayers::Site& site, Index place) {
    const Index stride = stride_[static_cast<std::size_t>(place)];
    Weights next = zeros(w_.value.rows());
    for (Index state = 0; state < states_; ++state) {
      const Index a = digit(state, place), base = state - a * stride;
      double others = own(site, state, a);
      for (const auto& [below, J] : site.below)
        if (below != place) others += bond(J, a, digit(state, below));
      for (Index b = 0; b < q_; ++b) {
        double energy = others;
        for (const auto& [below, J] : site.below)
          if (below == place) energy += bond(J, a, b);
        add(energy, base + b * stride, state, next);
      }
    }
    w_ = std::move(next);
  }

  void add(double energy, Index from, Index to, Weights& next) const {
    const auto v0 = w_.value.col(from), v1 = w_.first.col(from), v2 = w_.second.col(from);
    const double factor = std::exp(-beta_ * energy);
    next.value.col(to) += factor * v0;
    next.first.col(to) += factor * (v1 - energy * v0);
    next.second.col(to) += factor * (v2 - 2 * energy * v1 + energy * energy * v0);
  }

  const LabelLayers& layers_;
  LabelCoupling coupling_;
  double beta_;
  Index q_, states_ = 1;
  std::vector<Index> stride_;
  Weights w_;
  double log_scale_ = 0;
};

/// The sum of the least energies of all bonds and sites, below which no energy lies.
double bound_of(const LabelLayers& layers, const LabelCoupling& coupling) {
  double sum = 0;
  for (const auto& layer : layers.layers)
    for (const LabelLayers::Site& site : layer) {
      sum += least(site.h, coupling.single);
      for (const auto* links : {&site.inside, &site.below, &site.around})
        for (const auto& link : *links) sum += least(link.J, coupling.pair);
    }
  return sum;
}

double layer_states(const LabelLayers& layers, const LabelCoupling& coupling) {
  return std::pow(static_cast<double>(coupling.states), static_cast<double>(layers.width));
}

}  // namespace

double label_transfer_seconds(const LabelLayers& layers, const PairLabels& labels) {
  constexpr double kMostStates = 1 << 20, kSecondsPerTerm = 1.5e-9, kSecondsPerState = 2e-8;
  const double states = layer_states(layers, labels.coupling());
  if (states > kMostStates) return std::numeric_limits<double>::infinity();
  const auto q = static_cast<double>(labels.states());
  double firsts = 1;
  if (layers.is_periodic)
    firsts = label_orbits(labels.coupling(), layers.has_field, layers.width).back();
  const double batches = std::ceil(firsts / static_cast<double>(kFirstsAtOnce));
  return static_cast<double>(labels.sites()) * states * q *
         (3 * kSecondsPerTerm * firsts + kSecondsPerState * batches);
}

std::optional<Exact> label_transfer(const LabelLayers& layers, const PairLabels& labels) {
  LabelTransfer transfer(layers, labels);
  std::vector<LabelTransfer::Sum> sums;
  if (layers.is_periodic) {
    const std::vector<FirstLayer> firsts = FirstLayers(layers, labels.coupling()).all;
    for (std::size_t i = 0; i < firsts.size(); i += kFirstsAtOnce)
      sums.push_back(transfer.closed(
          std::span(firsts).subspan(i, std::min<std::size_t>(kFirstsAtOnce, firsts.size() - i))));
  } else {
    sums.push_back(transfer.open());
  }
  double scale = -std::numeric_limits<double>::infinity();
  for (const auto& sum : sums) scale = std::max(scale, sum.log_scale);
  std::array<double, 3> z{};
  for (const auto& sum : sums)
    for (std::size_t k = 0; k < z.size(); ++k) z[k] += std::exp(sum.log_scale - scale) * sum.z[k];
  if (!(z[0] > 0) || !std::isfinite(z[2])) return std::nullopt;
  const double beta = labels.beta(), bound = bound_of(layers, labels.coupling()),
               mean = -z[1] / z[0];
  Exact exact;
  exact.method = "transfer matrix";
  exact.lnZ = scale + std::log(z[0]) - beta * bound;
  exact.energy = mean + bound;
  exact.heat = beta * (beta * (z[2] / z[0] - mean * mean));
  exact.entropy = exact.lnZ + beta * *exact.energy;
  return exact;
}

}  // namespace nmc
