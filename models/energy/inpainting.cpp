#include "models/energy/inpainting.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/parallel/ranks.hpp"

namespace nmc {
namespace {

/// R̂ of numbers from the means and variances of half chains of as many draws.
class HalfChains {
 public:
  HalfChains(Index rows, Index units)
      : means_(Batch::Zero(rows, units)), squares_(means_), within_(means_) {}
  void add(const Batch& mean, const Batch& variance) {
    ++count_;
    means_ += mean;
    squares_ += mean.square();
    within_ += variance;
  }
  [[nodiscard]] Batch mean() const { return means_ / static_cast<double>(count_); }
  [[nodiscard]] Batch rhat() const {
    constexpr double kNone = 0.02 * 0.02;
    const auto count = static_cast<double>(count_);
    const Batch between = (squares_ - means_.square() / count).max(0.0) / (count - 1);
    const Batch within = within_ / count + kNone;
    return ((within + between) / within).sqrt();
  }

 private:
  Index count_ = 0;
  Batch means_, squares_, within_;
};

/// Rows with more missing units than are summed over, from random starts.
class ClampedGibbs {
 public:
  ClampedGibbs(const Rbm& rbm, const Batch& v, const InpaintingOptions& options)
      : rbm_(rbm),
        v_(v),
        is_missing_(v.isNaN()),
        options_(options),
        halves_(v.rows(), v.cols()),
        u_(v.rows(), v.cols()),
        numbers_(v.rows(), rbm.hidden()) {}

  Inpainted run() {
    Inpainted filled;
    for (Index chain = 0; chain < options_.chains; ++chain) {
      walk(chain);
      if (chain == 0) filled.x = x_;
    }
    filled.means = is_missing_.select(halves_.mean(), v_);
    filled.rhat = is_missing_.select(halves_.rhat(), 1.0).rowwise().maxCoeff();
    return filled;
  }

 private:
  [[nodiscard]] Batch drawn(const Batch& means) const {
    const bool is_spin = rbm_.units() == Units::spin;
    const Batch up = is_spin ? Batch(0.5 * (1 + means)) : means;
    return (u_ < up).select(Batch::Ones(u_.rows(), u_.cols()), is_spin ? -1 : 0);
  }
  [[nodiscard]] Streams at(Index chain, Index sweep) const {
    return Streams{.seed = options_.seed}.at_step(
        static_cast<std::uint64_t>(chain * options_.sweeps + sweep));
  }
  /// One sweep; the means of the units given h.
  Batch sweep(const Streams& here) {
    fill_uniform(here.with(Purpose::gibbs), numbers_);
    fill_uniform(here.with(Purpose::spins), u_);
    const Batch h = rbm_.draw(1, std::array<Batch, 2>{x_, Batch()}, numbers_);
    const Batch means = rbm_.visible_means(h);
    x_ = is_missing_.select(drawn(means), v_);
    return means;
  }
  void walk(Index chain) {
    fill_uniform(at(chain, 0).with(Purpose::init), u_);
    const double even = rbm_.units() == Units::spin ? 0 : 0.5;
    x_ = is_missing_.select(drawn(Batch::Constant(v_.rows(), v_.cols(), even)), v_);
    // The second half of the sweeps, in two halves.
    const Index first = options_.sweeps / 2, middle = (first + options_.sweeps) / 2;
    for (Index k = 0; k < first; ++k) (void)sweep(at(chain, k));
    add_half(chain, {first, middle - first});
    add_half(chain, {middle, options_.sweeps - middle});
  }
  void add_half(Index chain, Range sweeps) {
    if (sweeps.count == 0) return;
    Batch sum = Batch::Zero(v_.rows(), v_.cols()), squares = sum;
    for (Index k = sweeps.first; k < sweeps.end(); ++k) {
      const Batch means = sweep(at(chain, k));
      sum += means;
      squares += means.square();
    }
    const auto n = static_cast<double>(sweeps.count);
    halves_.add(sum / n, (squares / n - (sum / n).square()).max(0.0));
  }

  const Rbm& rbm_;
  const Batch& v_;
  Eigen::Array<bool, Eigen::Dynamic, Eigen::Dynamic> is_missing_;
  InpaintingOptions options_;
  HalfChains halves_;
  Batch x_, u_, numbers_;
};

/// By the sum over all completions of a row, with the uniform number that draws one.
void complete(const Rbm& rbm, double u, Eigen::Ref<Batch> x, Eigen::Ref<Batch> means) {
  std::vector<Index> missing;
  for (Index i = 0; i < x.cols(); ++i)
    if (std::isnan(x(0, i))) missing.push_back(i);
  const Index states = Index{1} << std::ssize(missing);
  const double low = rbm.units() == Units::spin ? -1 : 0;
  Batch all = x.replicate(states, 1);
  for (std::size_t k = 0; k < missing.size(); ++k)
    for (Index state = 0; state < states; ++state)
      all(state, missing[k]) = (state >> k & 1) != 0 ? 1 : low;
  const Column log_p = rbm.log_density(all);
  Column p = (log_p - log_p.maxCoeff()).exp();
  p /= p.sum();
  Index chosen = 0;
  for (double above = u - p(0); above > 0 && chosen + 1 < states; above -= p(chosen)) ++chosen;
  x = all.row(chosen);
  means = x;
  for (const Index i : missing) means(0, i) = p.matrix().dot(all.col(i).matrix());
}

}  // namespace

Inpainted inpainted(const Rbm& rbm, const Batch& v, const InpaintingOptions& options) {
  require(options.sweeps >= 2, "inpainting needs two sweeps at least, half of which count");
  require(options.chains >= 2, "inpainting needs two chains at least, to be held against another");
  require(
      v.cols() == rbm.sites(),
      fmt::format("rows of {} units for a machine with {} visible ones", v.cols(), rbm.sites()));
  const auto is_missing = v.isNaN().eval();
  check_units(is_missing.select(Batch::Ones(v.rows(), v.cols()), v), rbm.units(), "x");
  const auto is_few = [&](Index row) { return is_missing.row(row).count() <= options.enumerated; };
  bool needs_chains = false;
  for (Index row = 0; row < v.rows(); ++row) needs_chains = needs_chains || !is_few(row);
  Inpainted filled{v, v, Column::Ones(v.rows())};
  if (needs_chains) filled = ClampedGibbs(rbm, v, options).run();
  Batch u(v.rows(), 1);
  fill_uniform(Streams{.seed = options.seed}.with(Purpose::evaluate), u);
  for (Index row = 0; row < v.rows(); ++row) {
    if (!is_few(row)) continue;
    filled.x.row(row) = v.row(row);
    Batch x = v.row(row), means = x;
    complete(rbm, u(row, 0), x, means);
    filled.x.row(row) = x;
    filled.means.row(row) = means;
    filled.rhat(row) = 1;
  }
  return filled;
}

}  // namespace nmc
