#include "drivers/page/sampled_column.hpp"

#include <algorithm>

namespace nmc::drivers::page {
namespace {

// Numbers of a column that figures keep, and those of which correlations are measured.
constexpr Index kMostThinned = Index{1} << 18, kMostLast = Index{1} << 20;
constexpr Index kMostRunning = 240;

void add_running(const statistics::Chains& means, Index every, SampledColumn& sampled) {
  const Index step = std::max<Index>(1, means.rows() / kMostRunning);
  double sum = 0;
  for (Index row = 0; row < means.rows(); ++row) {
    sum += means.row(row).mean();
    const Index count = row + 1;
    if (count % step != 0 && count != means.rows()) continue;
    sampled.places.push_back(static_cast<double>(count * every));
    sampled.running.push_back(sum / static_cast<double>(count));
  }
}

}  // namespace

SampledColumn sample_column(const DrawColumn& column) {
  SampledColumn sampled;
  sampled.name = column.name();
  sampled.draws = column.draws();
  sampled.chains = column.chains();
  const Index last = std::min(column.draws(), std::max<Index>(4, kMostLast / column.chains()));
  if (column.is_large()) {
    auto blocks = statistics::DrawBlocks::within(column.chains(), kMostThinned);
    column.for_each_piece([&](const statistics::Chains& draws) { blocks.add(draws); });
    sampled.thinned = blocks.first_draws();
    sampled.every = blocks.length();
    add_running(blocks.means(), blocks.length(), sampled);
    sampled.last = column.read({column.draws() - last, last});
    return sampled;
  }
  sampled.thinned = column.all();
  sampled.last = sampled.thinned.bottomRows(last);
  add_running(sampled.thinned, 1, sampled);
  return sampled;
}

}  // namespace nmc::drivers::page
