#include "models/energy/dbm_training.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "models/energy/contrastive.hpp"
#include "models/energy/rbm_exact.hpp"

namespace nmc {
namespace {

constexpr double kStartWidth = 0.05;      // of weights that are not zero for the sake of symmetry
constexpr Index kGreedyRows = 2000;       // of draws that a layer learns from
constexpr double kFieldTolerance = 1e-6;  // of the mean field of a step that is noisy anyway

/// ⟨h⟩ of the even and the odd layers, and ⟨odd evenᵀ⟩.
struct Moments {
  Eigen::VectorXd even, odd;
  Eigen::MatrixXd products;  ///< (odd units, even units)
};

/// The layers of one parity beside each other, (rows, units).
Batch joined(const std::vector<Batch>& layers, std::size_t parity) {
  Index units = 0, at = 0;
  for (std::size_t l = parity; l < layers.size(); l += 2) units += layers[l].cols();
  Batch all(layers.front().rows(), units);
  for (std::size_t l = parity; l < layers.size(); l += 2) {
    all.middleCols(at, layers[l].cols()) = layers[l];
    at += layers[l].cols();
  }
  return all;
}

Moments moments_of(const Batch& even, const Batch& odd, const Column& weight) {
  const Eigen::MatrixXd weighted = (odd.colwise() * weight).matrix();
  return {even.matrix().transpose() * weight.matrix(), weighted.colwise().sum().transpose(),
          weighted.transpose() * even.matrix()};
}

/// grad += factor · ⟨∇(−E)⟩.
void add_moments(const Dbm& dbm, const Moments& moments, double factor, std::span<double> grad) {
  for (Index l = 0; l < dbm.layers(); ++l) {
    const Index place = dbm.place_in_folded(l), n = dbm.units_of(l);
    const bool is_odd = l % 2 == 1;
    Eigen::Map<Eigen::VectorXd>(grad.data() + dbm.bias_at(l), n) +=
        factor * (is_odd ? moments.odd : moments.even).segment(place, n);
    if (l == 0) continue;
    const Index below = dbm.place_in_folded(l - 1), m = dbm.units_of(l - 1);
    Eigen::Map<Eigen::MatrixXd> W(grad.data() + dbm.weights_at(l), n, m);
    if (is_odd)
      W += factor * moments.products.block(place, below, n, m);
    else
      W += factor * moments.products.block(below, place, m, n).transpose();
  }
}

/// Numbers of rows that are drawn with their weights, one for each uniform.
std::vector<Index> drawn_rows(const WeightedRows& rows, const Streams& streams, Index count) {
  const Column u = uniform_column(streams, count);
  std::vector<double> upper(static_cast<std::size_t>(rows.weight.size()));
  double sum = 0;
  for (std::size_t i = 0; i < upper.size(); ++i)
    upper[i] = sum += rows.weight(static_cast<Index>(i));
  std::vector<Index> drawn;
  for (Index c = 0; c < count; ++c)
    drawn.push_back(std::min<Index>(std::ranges::upper_bound(upper, u(c) * sum) - upper.begin(),
                                    rows.weight.size() - 1));
  return drawn;
}

Batch uniforms(Streams streams, Purpose purpose, Index rows, Index units) {
  Batch u(rows, units);
  fill_uniform(streams.with(purpose), u);
  return u;
}

}  // namespace

double negative_bound(const Dbm& dbm, const WeightedRows& rows, const Threads& threads,
                      std::span<double> grad) {
  const MeanField field = mean_field(dbm, rows.v);
  const Rbm folded = dbm.folded();
  const Side side = smaller_side(folded.shape());
  const double mean = (rows.weight * field.bound).sum();
  if (grad.empty()) return log_z(folded, side, threads) - mean;
  RbmMoments all = exact_moments(folded, side, threads);
  add_moments(dbm, {std::move(all.visible), std::move(all.hidden), std::move(all.products)}, 1,
              grad);
  add_moments(dbm, moments_of(joined(field.means, 0), joined(field.means, 1), rows.weight), -1,
              grad);
  return all.log_z - mean;
}

DbmTraining::DbmTraining(Dbm start, const WeightedRows& rows, const DbmOptions& options,
                         const Threads& threads)
    : dbm_(std::move(start)),
      rows_(rows),
      options_(options),
      threads_(threads),
      minimiser_(
          {std::as_const(dbm_).parameters().begin(), std::as_const(dbm_).parameters().end()}) {
  require(options.k >= 1, "k = 0: chains that do not move say nothing of the machine; k >= 1");
  require(options.batch >= 1 && options.chains >= 1,
          "a step needs a row of the data and a chain at least");
  require(rows.v.cols() == dbm_.units_of(0),
          "the rows have another number of units than the visible layer");
  const Rbm folded = dbm_.folded();
  if (options.is_exact) require_exact(folded.shape());
  if (options.is_exact) return;
  const Batch u = uniforms({.seed = options.seed}, Purpose::init, options.chains, folded.sites());
  const double low = dbm_.shape().units == Units::spin ? -1 : 0;
  even_ = (u < 0.5).select(Batch::Ones(u.rows(), u.cols()), low);
}

double DbmTraining::learning_rate() const {
  return options_.is_exact ? std::nan("") : options_.schedule.at(done_);
}

bool DbmTraining::step() {
  if (options_.is_exact) return exact_step();
  persistent_step();
  return done_ < options_.schedule.steps;
}

bool DbmTraining::exact_step() {
  const bool goes_on =
      minimiser_.step([this](std::span<const double> theta, std::span<double> grad) {
        std::ranges::copy(theta, dbm_.parameters().begin());
        std::ranges::fill(grad, 0);
        return negative_bound(dbm_, rows_, threads_, grad);
      });
  std::ranges::copy(minimiser_.x(), dbm_.parameters().begin());
  ++done_;
  return goes_on;
}

Batch DbmTraining::next_batch() const {
  const Streams streams{
      .seed = options_.seed, .step = static_cast<std::uint64_t>(done_), .purpose = Purpose::data};
  return rows_.v(drawn_rows(rows_, streams, options_.batch), Eigen::all);
}

void DbmTraining::persistent_step() {
  const Rbm folded = dbm_.folded();
  for (Index sweep = 0; sweep < options_.k; ++sweep) {
    const Streams streams{.seed = options_.seed,
                          .step = static_cast<std::uint64_t>(done_ * options_.k + sweep)};
    const Index chains = even_.rows();
    const Batch odd = folded.draw(1, std::array<Batch, 2>{even_, Batch()},
                                  uniforms(streams, Purpose::gibbs, chains, folded.hidden()));
    even_ = folded.draw(0, std::array<Batch, 2>{Batch(), odd},
                        uniforms(streams, Purpose::spins, chains, folded.sites()));
  }
  const MeanField field =
      mean_field(dbm_, next_batch(), {.damping = options_.damping, .tolerance = kFieldTolerance});
  std::vector<double> grad(std::as_const(dbm_).parameters().size());
  const auto equal = [](Index rows) {
    return Column(Column::Constant(rows, 1 / static_cast<double>(rows)));
  };
  add_moments(dbm_,
              moments_of(joined(field.means, 0), joined(field.means, 1), equal(options_.batch)), 1,
              grad);
  add_moments(dbm_, moments_of(even_, folded.hidden_means(even_), equal(even_.rows())), -1, grad);
  const double rate = options_.schedule.at(done_);
  const std::span<double> theta = dbm_.parameters();
  const auto first_weight = static_cast<std::size_t>(dbm_.weights_at(1));
  for (std::size_t k = 0; k < theta.size(); ++k)
    theta[k] += rate * (grad[k] - (k < first_weight ? 0 : options_.weight_decay * theta[k]));
  ++done_;
}

std::vector<double> DbmTraining::state() const {
  std::vector<double> all{static_cast<double>(done_)};
  const auto theta = dbm_.parameters();
  all.insert(all.end(), theta.begin(), theta.end());
  all.insert(all.end(), even_.data(), even_.data() + even_.size());
  if (!options_.is_exact) return all;
  const std::vector<double> minimiser = minimiser_.state();
  all.insert(all.end(), minimiser.begin(), minimiser.end());
  return all;
}

void DbmTraining::set_state(std::span<const double> state) {
  const std::span<double> theta = dbm_.parameters();
  const auto chains = static_cast<std::size_t>(even_.size());
  require(state.size() >= 1 + theta.size() + chains &&
              (options_.is_exact || state.size() == 1 + theta.size() + chains),
          "the checkpoint is of another machine");
  done_ = static_cast<Index>(state[0]);
  std::ranges::copy(state.subspan(1, theta.size()), theta.begin());
  std::ranges::copy(state.subspan(1 + theta.size(), chains), even_.data());
  if (options_.is_exact) minimiser_.set_state(state.subspan(1 + theta.size()));
}

Dbm greedy_start(const DbmShape& shape, const WeightedRows& rows, const GreedyOptions& options,
                 const Threads& threads) {
  Dbm dbm = Dbm::random(shape, kStartWidth, options.seed);
  if (options.steps == 0) return dbm;
  const Streams streams{.seed = options.seed, .purpose = Purpose::data};
  Batch below = rows.v(drawn_rows(rows, streams, kGreedyRows), Eigen::all);
  for (Index l = 1; l < dbm.layers(); ++l) {
    const BitRows bits(below);
    ContrastiveOptions how;
    how.schedule = {.rate = options.rate, .steps = options.steps};
    how.seed = options.seed + static_cast<std::uint64_t>(l);
    ContrastiveTraining training(
        Rbm::random({dbm.units_of(l - 1), dbm.units_of(l), shape.units}, kStartWidth, how.seed),
        bits, how, threads);
    for (Index step = 0; step < options.steps; ++step) training.step();
    const Rbm rbm = training.machine();
    double* const theta = dbm.parameters().data();
    Eigen::Map<Eigen::VectorXd> own(theta + dbm.bias_at(l - 1), dbm.units_of(l - 1));
    own = l == 1 ? Eigen::VectorXd(rbm.a()) : Eigen::VectorXd(0.5 * (own + rbm.a()));
    Eigen::Map<Eigen::VectorXd>(theta + dbm.bias_at(l), dbm.units_of(l)) = rbm.b();
    Eigen::Map<Eigen::MatrixXd>(theta + dbm.weights_at(l), dbm.units_of(l), dbm.units_of(l - 1)) =
        rbm.W();
    below = rbm.draw(1, std::array<Batch, 2>{below, Batch()},
                     uniforms(streams.at_step(static_cast<std::uint64_t>(l)), Purpose::gibbs,
                              below.rows(), rbm.hidden()));
  }
  return dbm;
}

}  // namespace nmc
