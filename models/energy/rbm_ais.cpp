#include "models/energy/rbm_ais.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>

namespace nmc {
namespace {

/// Chains that move together: they share the tables of the kernels, and a task.
constexpr Index kChainsOfTask = 128;

/// c + ln(1 + e^x), of numbers of any size.
double softplus_of(double x) {
  return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}

/// The path of densities of one machine.
class AnnealedPath {
 public:
  AnnealedPath(const Rbm& rbm, const BitRows& data) : packed_(rbm), a_(binary_form(rbm).a) {
    base_ = a_;
    // ln odds of each unit in the data, with one row more of either value.
    for (Index i = 0; i < base_.size() && data.rows() > 0; ++i) {
      Index on = 0;
      for (Index r = 0; r < data.rows(); ++r) on += data.bit(r, i) ? 1 : 0;
      base_(i) = std::log(static_cast<double>(on + 1) / static_cast<double>(data.rows() - on + 1));
    }
    log_z0_ =
        static_cast<double>(packed_.up.outputs) * std::numbers::ln2 + binary_form(rbm).constant;
    for (const double c : base_) log_z0_ += softplus_of(c);
  }

  [[nodiscard]] double log_z0() const { return log_z0_; }
  [[nodiscard]] const PackedRbm& packed() const { return packed_; }

  [[nodiscard]] BitRows independent(Index rows, const Streams& streams) const {
    BitRows v(rows, a_.size()), none(rows, packed_.down.inputs);
    const std::vector<float> bias = visible_bias(0);
    run_pass({.layer = packed_.down,
              .in = none,
              .bias = bias.data(),
              .scale = 0,
              .out = &v,
              .streams = streams},
             Threads{});
    return v;
  }

  struct Move {
    double from, to;     ///< β
    bool sweeps = true;  ///< whether v moves on
    Streams streams{};
  };
  /// log_w += ln p̃_to(v) − ln p̃_from(v), then a step v → h → v at `to`, whose first half reads the
  /// same fields.
  void weigh(const Move& move, BitRows& v, Column& log_w) const {
    const auto low = static_cast<float>(move.from), high = static_cast<float>(move.to);
    BitRows h(v.rows(), packed_.up.outputs);
    const std::vector<float> hidden = hidden_bias(move.to);
    const LayerPass up{.layer = packed_.up,
                       .in = v,
                       .bias = hidden.data(),
                       .scale = high,
                       .out = &h,
                       .streams = move.streams};
    log_w += softplus_change(packed_.up, v, {low, high}, move.sweeps ? &up : nullptr);
    if (move.from == 0) log_w -= static_cast<double>(packed_.up.outputs) * std::numbers::ln2;
    for (Index r = 0; r < v.rows(); ++r) log_w(r) += (move.to - move.from) * linear_change(v, r);
    if (move.sweeps) draw_visible(move, h, v);
  }

  /// One step v → h → v at β = 1.
  void sweep(const Streams& streams, BitRows& v) const {
    BitRows h(v.rows(), packed_.up.outputs);
    run_pass({.layer = packed_.up, .in = v, .out = &h, .streams = streams}, Threads{});
    draw_visible({.from = 1, .to = 1, .streams = streams}, h, v);
  }

 private:
  /// (a − c)·v of one row.
  [[nodiscard]] double linear_change(const BitRows& v, Index row) const {
    double sum = 0;
    for (Index w = 0; w < v.words(); ++w)
      for (std::uint32_t word = v.row(row)[w]; word != 0; word &= word - 1) {
        const Index i = w * kWordBits + std::countr_zero(word);
        sum += a_(i) - base_(i);
      }
    return sum;
  }
  void draw_visible(const Move& move, const BitRows& h, BitRows& v) const {
    const std::vector<float> visible = visible_bias(move.to);
    run_pass({.layer = packed_.down,
              .in = h,
              .bias = visible.data(),
              .scale = static_cast<float>(move.to),
              .out = &v,
              .streams = move.streams,
              .first_number = packed_.up.tiles()},
             Threads{});
  }
  [[nodiscard]] std::vector<float> hidden_bias(double beta) const {
    std::vector<float> bias = packed_.up.bias;
    for (Index j = 0; j < packed_.up.outputs; ++j)
      bias[static_cast<std::size_t>(j)] *= static_cast<float>(beta);
    return bias;
  }
  [[nodiscard]] std::vector<float> visible_bias(double beta) const {
    std::vector<float> bias(packed_.down.bias.size(), UnitLayer::kNoUnit);
    for (Index i = 0; i < a_.size(); ++i)
      bias[static_cast<std::size_t>(i)] = static_cast<float>(beta * a_(i) + (1 - beta) * base_(i));
    return bias;
  }

  PackedRbm packed_;
  Eigen::VectorXd a_, base_;
  double log_z0_;
};

/// ln of the mean of e^{log_w}, its relative error, and the effective share of the draws.
struct LogMean {
  double value, error, ess;
};
LogMean log_mean(const Column& log_w) {
  const double n = static_cast<double>(log_w.size()), most = log_w.maxCoeff();
  const Column w = (log_w - most).exp();
  const double mean = w.mean();
  const double variance = (w - mean).square().sum() / (n - 1);
  return {most + std::log(mean), std::sqrt(variance / n) / mean,
          w.sum() * w.sum() / (n * w.square().sum())};
}

class AisRun {
 public:
  AisRun(const Rbm& rbm, const BitRows& data, const AisOptions& options)
      : path_(rbm, data), data_(data), options_(options) {}

  [[nodiscard]] Column forward(const Threads& threads) const {
    return over_chains(threads, [this](BitRows& v, Index first, Column& log_w) {
      v = path_.independent(v.rows(), streams(0, first));
      for (Index k = 1; k <= options_.temperatures; ++k)
        path_.weigh({beta(k - 1), beta(k), k < options_.temperatures, streams(k, first)}, v, log_w);
    });
  }

  [[nodiscard]] Column backward(const Threads& threads) const {
    return over_chains(threads, [this](BitRows& v, Index first, Column& log_w) {
      std::vector<Index> rows(static_cast<std::size_t>(v.rows()));
      for (std::size_t r = 0; r < rows.size(); ++r)
        rows[r] = (first + static_cast<Index>(r)) % data_.rows();
      v = data_.picked(rows);
      Index step = options_.temperatures;  // numbers of its own
      for (Index k = 0; k < options_.burn_in; ++k) path_.sweep(streams(++step, first), v);
      for (Index k = options_.temperatures; k >= 1; --k)
        path_.weigh({beta(k), beta(k - 1), k > 1, streams(++step, first)}, v, log_w);
    });
  }

  [[nodiscard]] double log_z0() const { return path_.log_z0(); }

 private:
  [[nodiscard]] double beta(Index k) const {
    return static_cast<double>(k) / static_cast<double>(options_.temperatures);
  }
  [[nodiscard]] Streams streams(Index step, Index first) const {
    return Streams{.seed = options_.seed,
                   .step = static_cast<std::uint64_t>(step),
                   .purpose = Purpose::evaluate}
        .from_chain(first);
  }
  template <class Walk>
  [[nodiscard]] Column over_chains(const Threads& threads, Walk walk) const {
    Column log_w = Column::Zero(options_.chains);
    const Index tasks = (options_.chains + kChainsOfTask - 1) / kChainsOfTask;
    threads.for_each(tasks, [&](Index task) {
      const Index first = task * kChainsOfTask;
      const Index rows = std::min(kChainsOfTask, options_.chains - first);
      BitRows v(rows, path_.packed().up.inputs);
      Column part = Column::Zero(rows);
      walk(v, first, part);
      log_w.segment(first, rows) = part;
    });
    return log_w;
  }

  AnnealedPath path_;
  const BitRows& data_;
  AisOptions options_;
};

}  // namespace

AisEstimate annealed_log_z(const Rbm& rbm, const BitRows& data, const AisOptions& options,
                           const Threads& threads) {
  require(options.temperatures >= 1 && options.chains >= 2,
          "annealed importance sampling takes one temperature or more and two chains or more");
  const AisRun run(rbm, data, options);
  const Column forward = run.forward(threads);
  const LogMean mean = log_mean(forward);
  AisEstimate estimate;
  estimate.log_z = run.log_z0() + mean.value;
  estimate.error = mean.error;
  estimate.ess = mean.ess;
  estimate.lower = run.log_z0() + forward.mean();
  estimate.steps = options.chains * options.temperatures;
  estimate.backward = estimate.backward_error = estimate.upper =
      std::numeric_limits<double>::quiet_NaN();
  if (data.rows() == 0) return estimate;
  const Column backward = run.backward(threads);
  const LogMean inverse = log_mean(backward);
  estimate.backward = run.log_z0() - inverse.value;
  estimate.backward_error = inverse.error;
  estimate.upper = run.log_z0() - backward.mean();
  estimate.steps += options.chains * (options.temperatures + options.burn_in);
  return estimate;
}

}  // namespace nmc
