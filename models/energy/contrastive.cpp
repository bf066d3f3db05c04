#include "models/energy/contrastive.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

namespace nmc {
namespace {

/// Share of the newest batch in the running mean of h.
constexpr float kNewest = 0.01F;

Index padded(Index rows) {
  return (rows + kWordBits - 1) / kWordBits * kWordBits;
}

/// Mean of each unit over the rows, in whole words.
std::vector<float> means_of(const BitRows& rows) {
  std::vector<float> means(static_cast<std::size_t>(padded(rows.units())));
  for (Index unit = 0; unit < rows.units(); ++unit) {
    Index on = 0;
    for (Index r = 0; r < rows.rows(); ++r) on += rows.bit(r, unit) ? 1 : 0;
    means[static_cast<std::size_t>(unit)] =
        static_cast<float>(static_cast<double>(on) / static_cast<double>(rows.rows()));
  }
  return means;
}

Index bits_between(const std::uint32_t* words, Index first, Index end) {
  Index on = 0;
  for (Index w = first; w < end; ++w) on += std::popcount(words[w]);
  return on;
}

/// Up their gradient, less what the step of the weights changes through the offsets.
void step_biases(UnitLayer& layer, float rate, const std::vector<float>& gradient,
                 const std::vector<float>& by_weights) {
  for (std::size_t k = 0; k < static_cast<std::size_t>(layer.outputs); ++k)
    layer.bias[k] += rate * gradient[k] - by_weights[k];
}

}  // namespace

ContrastiveTraining::ContrastiveTraining(const Rbm& start, const BitRows& data,
                                         const ContrastiveOptions& options, const Threads& threads)
    : data_(data), options_(options), threads_(threads), units_(start.units()), packed_(start) {
  require(options.k >= 1,
          fmt::format("k = {}: after no step of block Gibbs the chains are the data, and there is "
                      "nothing to learn; take 1 or more",
                      options.k));
  require(options.batch >= 1 && options.chains >= 1, "batch and chains are 1 or more");
  require(data.rows() >= 1 && data.units() == start.sites(),
          fmt::format("{} rows of {} units to learn from, and the machine has {} visible units",
                      data.rows(), data.units(), start.sites()));
  check(options.schedule);
  if (!options_.is_persistent) options_.chains = options_.batch;
  const bool is_spin = units_ == Units::spin;
  // Spins are x = 2 (u - 1/2): their plain gradient is the one that is centred at one half.
  offsets_ = options_.is_centred ? means_of(data) : std::vector<float>(means_of(data).size());
  if (is_spin && !options_.is_centred) std::ranges::fill(offsets_, 0.5F);
  centre_.resize(packed_.up.bias.size());
  if (is_spin || options_.is_centred) std::fill_n(centre_.begin(), start.hidden(), 0.5F);
}

Streams ContrastiveTraining::streams(Purpose purpose, Index sweep) const {
  return {.seed = options_.seed,
          .step = static_cast<std::uint64_t>(done_ * options_.k + sweep),
          .purpose = purpose};
}

BitRows ContrastiveTraining::next_batch() const {
  Batch u(options_.batch, 1);
  fill_uniform(
      {.seed = options_.seed, .step = static_cast<std::uint64_t>(done_), .purpose = Purpose::data},
      u);
  std::vector<Index> rows(static_cast<std::size_t>(options_.batch));
  for (std::size_t r = 0; r < rows.size(); ++r)
    rows[r] = static_cast<Index>(u(static_cast<Index>(r), 0) * static_cast<double>(data_.rows()));
  return data_.picked(rows);
}

void ContrastiveTraining::begin_chains(const BitRows& batch) {
  std::vector<Index> rows(static_cast<std::size_t>(options_.chains));
  for (std::size_t r = 0; r < rows.size(); ++r) rows[r] = static_cast<Index>(r) % batch.rows();
  hidden_ = BitRows(options_.chains, packed_.up.outputs);
  run_pass({.layer = packed_.up,
            .in = batch.picked(rows),
            .out = &hidden_,
            .streams = streams(Purpose::init, 0)},
           threads_);
}

BitRows ContrastiveTraining::sweep(std::vector<float>& means, Index first_row, Index rows) {
  BitRows v(options_.chains, packed_.up.inputs);
  for (Index s = 0; s < options_.k; ++s) {
    const Streams here = streams(Purpose::gibbs, s);
    run_pass({.layer = packed_.down,
              .in = hidden_,
              .out = &v,
              .streams = here,
              .first_number = packed_.up.tiles()},
             threads_);
    const bool is_last = s + 1 == options_.k;
    run_pass({.layer = packed_.up,
              .in = v,
              .out = &hidden_,
              .streams = here,
              .means = is_last ? means.data() + first_row * kUnitTile : nullptr,
              .means_rows = rows,
              .factor = -1 / static_cast<float>(options_.chains)},
             threads_);
  }
  return v;
}

ContrastiveTraining::Phases ContrastiveTraining::next_phases() {
  const BitRows batch = next_batch();
  if (options_.is_persistent && hidden_.rows() == 0) begin_chains(batch);
  if (!options_.is_persistent) hidden_ = BitRows(options_.chains, packed_.up.outputs);
  Phases phases;
  phases.first_chain = padded(batch.rows());
  const Index rows = phases.first_chain + padded(options_.chains);
  phases.means.resize(static_cast<std::size_t>(packed_.up.tiles() * rows * kUnitTile));
  run_pass({.layer = packed_.up,
            .in = batch,
            .out = options_.is_persistent ? nullptr : &hidden_,
            .streams = streams(Purpose::init, 0),
            .means = phases.means.data(),
            .means_rows = rows,
            .factor = 1 / static_cast<float>(batch.rows())},
           threads_);
  const BitRows chains = sweep(phases.means, phases.first_chain, rows);
  phases.by_unit = BitRows(packed_.up.inputs, rows);
  phases.by_unit.put_transposed(batch, 0);
  phases.by_unit.put_transposed(chains, phases.first_chain);
  return phases;
}

/// Of one tile of hidden units, whose means are (rows, kUnitTile).
void ContrastiveTraining::add_tile(const Phases& phases, Index tile,
                                   ContrastiveGradient& gradient) const {
  const Index rows = phases.by_unit.units(), nv = packed_.up.inputs;
  const float* const means = phases.means.data() + tile * rows * kUnitTile;
  float* const hidden = gradient.hidden.data() + tile * kUnitTile;
  float* const centre = gradient.centre.data() + tile * kUnitTile;
  for (Index r = 0; r < rows; ++r)
    for (Index k = 0; k < kUnitTile; ++k) {
      const float mean = means[r * kUnitTile + k];
      hidden[k] += mean;
      centre[k] += std::abs(mean) / 2;
    }
  add_selected({.weights = means,
                .bits = phases.by_unit.row(0),
                .words = phases.by_unit.words(),
                .stride = phases.by_unit.words(),
                .rows = nv,
                .sums = gradient.W.data() + tile * padded(nv) * kUnitTile});
}

ContrastiveGradient ContrastiveTraining::next_gradient() {
  const Phases phases = next_phases();
  const Index nv = packed_.up.inputs, tiles = packed_.up.tiles();
  ContrastiveGradient gradient;
  gradient.visible.resize(static_cast<std::size_t>(padded(nv)));
  const Index half = phases.first_chain / kWordBits, words = phases.by_unit.words();
  for (Index i = 0; i < nv; ++i)
    gradient.visible[static_cast<std::size_t>(i)] =
        static_cast<float>(bits_between(phases.by_unit.row(i), 0, half)) /
            static_cast<float>(options_.batch) -
        static_cast<float>(bits_between(phases.by_unit.row(i), half, words)) /
            static_cast<float>(options_.chains);
  gradient.hidden.resize(static_cast<std::size_t>(tiles * kUnitTile));
  gradient.centre.resize(gradient.hidden.size());
  gradient.W.resize(static_cast<std::size_t>(tiles * padded(nv) * kUnitTile));
  threads_.for_each(tiles, [&](Index tile) { add_tile(phases, tile, gradient); });
  return gradient;
}

void ContrastiveTraining::take(const ContrastiveGradient& gradient) {
  const bool is_spin = units_ == Units::spin;
  const auto rate = static_cast<float>(options_.schedule.at(done_));
  if (options_.is_centred)
    for (std::size_t j = 0; j < centre_.size(); ++j)
      centre_[j] += kNewest * (gradient.centre[j] - centre_[j]);
  const Index nv = packed_.up.inputs, tiles = packed_.up.tiles();
  const auto inputs = static_cast<std::size_t>(padded(nv));
  std::vector<float> of_inputs(inputs * static_cast<std::size_t>(tiles)), of_units(centre_.size());
  threads_.for_each(tiles, [&](Index tile) {
    const auto first = static_cast<std::size_t>(tile * kUnitTile);
    step_weights({.weights = packed_.up.tile(tile),
                  .sums = gradient.W.data() + first * inputs,
                  .inputs = nv,
                  .offsets = offsets_.data(),
                  .input_change = gradient.visible.data(),
                  .unit_offsets = centre_.data() + first,
                  .unit_change = gradient.hidden.data() + first,
                  .rate = is_spin ? 16 * rate : rate,  // of W = 4 times that of spins
                  .decay = rate * static_cast<float>(options_.weight_decay),
                  .of_inputs = of_inputs.data() + inputs * static_cast<std::size_t>(tile),
                  .of_units = of_units.data() + first});
  });
  for (std::size_t tile = 1; tile < static_cast<std::size_t>(tiles); ++tile)
    for (std::size_t i = 0; i < inputs; ++i) of_inputs[i] += of_inputs[inputs * tile + i];
  const float of_bias = is_spin ? 4 * rate : rate;  // of a = 2 times that of spins
  step_biases(packed_.down, of_bias, gradient.visible, of_inputs);
  step_biases(packed_.up, of_bias, gradient.hidden, of_units);
  packed_.mirror(threads_);
}

void ContrastiveTraining::step() {
  take(next_gradient());
  ++done_;
  for (const float b : packed_.up.bias)
    if (!std::isfinite(b))
      throw NumericalError(fmt::format(
          "step {} of the training: a bias of the hidden units is not finite; lower learning_rate",
          done_));
}

std::vector<double> ContrastiveTraining::state() const {
  std::vector<double> numbers{static_cast<double>(done_), static_cast<double>(hidden_.rows())};
  const auto put = [&](const auto& part) {
    numbers.insert(numbers.end(), part.begin(), part.end());
  };
  put(centre_);
  put(packed_.up.bias);
  put(packed_.down.bias);
  put(packed_.up.weights);
  if (hidden_.rows() > 0)
    put(std::span(hidden_.row(0), static_cast<std::size_t>(hidden_.rows() * hidden_.words())));
  return numbers;
}

void ContrastiveTraining::set_state(std::span<const double> state) {
  const char* const kOther = "the state of a training is that of another machine or other chains";
  require(state.size() >= 2, kOther);
  const auto chains = static_cast<Index>(state[1]);
  require(chains == 0 || chains == options_.chains, kOther);
  const std::size_t floats = centre_.size() + packed_.up.bias.size() + packed_.down.bias.size() +
                             packed_.up.weights.size();
  BitRows hidden(chains, packed_.up.outputs);
  const auto words = static_cast<std::size_t>(chains * hidden.words());
  require(state.size() == 2 + floats + words, kOther);
  const double* at = state.data() + 2;
  const auto take_floats = [&](std::vector<float>& part) {
    for (float& value : part) value = static_cast<float>(*at++);
  };
  take_floats(centre_);
  take_floats(packed_.up.bias);
  take_floats(packed_.down.bias);
  take_floats(packed_.up.weights);
  packed_.mirror(threads_);
  for (std::size_t w = 0; w < words; ++w) hidden.row(0)[w] = static_cast<std::uint32_t>(*at++);
  hidden_ = std::move(hidden);
  done_ = static_cast<Index>(state[0]);
}

}  // namespace nmc
