#include "samplers/population/population.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "core/spins/exchange.hpp"

namespace nmc {

Population::Population(PopulationEnergy energy, const Sampler& sampler, const Streams& streams,
                       const Size& size)
    : energy_(std::move(energy)), rows_(size.rows), threads_(size.threads) {
  for (Index first = 0; first < rows_; first += kChunk) chunks_.push_back({first, {}});
  threads_.for_each(std::ssize(chunks_), [&](Index i) {
    Chunk& chunk = chunks_[static_cast<std::size_t>(i)];
    sampler.init(chunk.state, streams_of(streams, chunk), std::min(kChunk, rows_ - chunk.first));
  });
}

Streams Population::streams_of(const Streams& streams, const Chunk& chunk) const {
  Streams own = streams;
  own.first_chain = static_cast<std::uint32_t>(chunk.first);
  return own;
}

void Population::walk(const Sampler& sampler, const Streams& streams, Index steps) {
  threads_.for_each(std::ssize(chunks_), [&](Index i) {
    Chunk& chunk = chunks_[static_cast<std::size_t>(i)];
    sampler.steps(chunk.state, streams_of(streams, chunk), steps);
  });
}

Column Population::gather(const std::function<Column(const ChainState&)>& of_chunk) const {
  Column all(rows_);
  threads_.for_each(std::ssize(chunks_), [&](Index i) {
    const Chunk& chunk = chunks_[static_cast<std::size_t>(i)];
    all.segment(chunk.first, chunk.state.chains()) = of_chunk(chunk.state);
  });
  return all;
}

Column Population::energy() const {
  return gather(energy_);
}

Column Population::measure(const Observable& observable) const {
  return gather([&](const ChainState& state) {
    return observable.traits().reads_packed ? observable.measure_packed(state.spins)
                                            : observable.measure(state.configurations());
  });
}

namespace {

/// A row that goes and the one that takes its place.
struct Replacement {
  Index row, source;
};

std::vector<Replacement> replacements(const std::vector<Index>& copies) {
  std::vector<Replacement> all;
  for (std::size_t row = 0; row < copies.size(); ++row)
    if (copies[row] == 0) all.push_back({static_cast<Index>(row), 0});
  auto next = all.begin();
  for (std::size_t row = 0; row < copies.size(); ++row)
    for (Index extra = 1; extra < copies[row]; ++extra, ++next)
      next->source = static_cast<Index>(row);
  return all;
}

}  // namespace

Population::Outgoing Population::rows_of(const ChainState& state, const std::vector<Index>& rows) {
  if (state.spins.empty()) return {Spins(), Batch(state.x(rows, Eigen::all))};
  const Spins& spins = state.spins;
  Outgoing out{Spins(spins.layout(), {std::ssize(rows), spins.sites(), 0}, spins.geometry()), {}};
  for (Index k = 0; k < std::ssize(rows); ++k)
    copy_row({spins, rows[static_cast<std::size_t>(k)]}, out.spins, k);
  return out;
}

std::vector<Index> Population::resample(const std::vector<Index>& copies) {
  std::vector<Index> origin(copies.size());
  for (std::size_t row = 0; row < origin.size(); ++row) origin[row] = static_cast<Index>(row);
  const std::vector<Replacement> all = replacements(copies);
  for (const auto& [row, source] : all) origin[static_cast<std::size_t>(row)] = source;
  // What leaves a chunk is copied out first: chunks share words of bits with nobody then.
  std::vector<Outgoing> outgoing(chunks_.size());
  std::vector<Index> place(copies.size(), 0);  // of a source in its chunk's outgoing rows
  threads_.for_each(std::ssize(chunks_), [&](Index c) {
    const Chunk& chunk = chunks_[static_cast<std::size_t>(c)];
    std::vector<Index> sources;
    for (Index r = 0; r < chunk.state.chains(); ++r) {
      const auto row = static_cast<std::size_t>(chunk.first + r);
      if (copies[row] < 2) continue;
      place[row] = std::ssize(sources);
      sources.push_back(r);
    }
    outgoing[static_cast<std::size_t>(c)] = rows_of(chunk.state, sources);
  });
  threads_.for_each(std::ssize(chunks_), [&](Index c) {
    Chunk& chunk = chunks_[static_cast<std::size_t>(c)];
    chunk.state.energy.resize(0);
    const Index end = chunk.first + chunk.state.chains();
    const auto begins = [](const Replacement& r, Index row) { return r.row < row; };
    auto it = std::lower_bound(all.begin(), all.end(), chunk.first, begins);
    for (; it != all.end() && it->row < end; ++it) {
      const Outgoing& from = outgoing[static_cast<std::size_t>(it->source / kChunk)];
      const Index source = place[static_cast<std::size_t>(it->source)];
      if (chunk.state.spins.empty())
        chunk.state.x.row(it->row - chunk.first) = from.x.row(source);
      else
        copy_row({from.spins, source}, chunk.state.spins, it->row - chunk.first);
    }
  });
  return origin;
}

std::vector<Index> systematic_copies(const Column& log_weight, double u) {
  const Column weight = (log_weight - log_weight.maxCoeff()).exp();
  double total = 0;
  for (Index i = 0; i < weight.size(); ++i) total += weight(i);
  if (!std::isfinite(total))
    throw NumericalError("a weight of the population is not a finite number");
  const auto rows = static_cast<double>(weight.size());
  std::vector<Index> copies;
  double running = 0;
  Index before = 0;
  for (Index i = 0; i < weight.size(); ++i) {
    running += weight(i);
    const bool is_last = i + 1 == weight.size();  // whatever rounding has done to the sum
    const Index now =
        is_last
            ? weight.size()
            : std::min(weight.size(), static_cast<Index>(std::floor(rows * running / total + u)));
    copies.push_back(now - before);
    before = now;
  }
  return copies;
}

}  // namespace nmc
