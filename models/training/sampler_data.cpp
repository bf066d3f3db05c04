#include "models/training/sampler_data.hpp"

#include <algorithm>
#include <string>

#include "core/errors.hpp"
#include "core/parallel/ordered_sum.hpp"

namespace nmc {
namespace {

// The upper half of the step numbers: a simulation of equal seed counts its steps from 0.
constexpr std::uint64_t kFirstStep = std::uint64_t{1} << 55;

}  // namespace

SamplerData::SamplerData(const Sampler& sampler, const Options& options, Workers workers)
    : sampler_(sampler), options_(options), workers_(workers) {
  require(options.chains >= 1 && options.warmup >= 0 && options.thin >= 1,
          "training on a chain needs chains >= 1, warmup >= 0 and thin >= 1; got " +
              std::to_string(options.chains) + ", " + std::to_string(options.warmup) + " and " +
              std::to_string(options.thin));
}

void SamplerData::prepare() {
  if (x_.rows() == 0) run(kFirstStep, options_.warmup);
}

void SamplerData::advance(Index step) {
  prepare();
  const auto warmup = static_cast<std::uint64_t>(options_.warmup);
  const auto done = static_cast<std::uint64_t>(step * options_.thin);
  run(kFirstStep + warmup + done, options_.thin);
}

// The caches of the chains are filled anew each time, so that a restored run has the same ones.
void SamplerData::run(std::uint64_t first, Index count) {
  const Range chunks = workers_.ranks->share(chunk_count(options_.chains));
  const Index first_row = std::min(chunks.first * chunk_rows, options_.chains);
  const Index end_row = std::min(chunks.end() * chunk_rows, options_.chains);
  Batch x(end_row - first_row, sites());
  Batch physical(end_row - first_row, sites());
  workers_.threads->for_each(chunks.count, [&](Index chunk) {
    const Index row = (chunks.first + chunk) * chunk_rows;
    const Index rows = std::min(chunk_rows, options_.chains - row);
    Streams streams{options_.seed, first, static_cast<std::uint32_t>(row), Purpose::init};
    ChainState state;
    if (x_.rows() > 0) state.x = x_.middleRows(row, rows);
    sampler_.init(state, streams, rows);
    for (Index i = 0; i < count; ++i) {
      streams.step = first + static_cast<std::uint64_t>(i);
      sampler_.step(state, streams);
    }
    x.middleRows(row - first_row, rows) = state.configurations();
    physical.middleRows(row - first_row, rows) = sampler_.physical(state, streams);
  });
  x_ = workers_.ranks->gather_rows(x);
  physical_ = workers_.ranks->gather_rows(physical);
}

Batch SamplerData::rows(const Streams& streams, Index count) const {
  const auto first = static_cast<Index>(streams.first_chain);
  require(first + count <= physical_.rows(),
          "the training asks for more rows than the sampler has chains (" +
              std::to_string(options_.chains) + "); raise chains or lower train.batch");
  return physical_.middleRows(first, count);
}

std::vector<double> SamplerData::state() const {
  std::vector<double> state(x_.data(), x_.data() + x_.size());
  state.insert(state.end(), physical_.data(), physical_.data() + physical_.size());
  return state;
}

void SamplerData::set_state(std::span<const double> state) {
  const auto size = static_cast<std::size_t>(options_.chains * sites());
  require(state.empty() || state.size() == 2 * size,
          "the training state belongs to another number of chains or sites");
  const Index chains = state.empty() ? 0 : options_.chains;
  x_ = Eigen::Map<const Batch>(state.data(), chains, sites());
  physical_ = Eigen::Map<const Batch>(state.data() + (state.empty() ? 0 : size), chains, sites());
}

}  // namespace nmc
