#include "drivers/report/column_numbers.hpp"

#include <algorithm>

namespace nmc::drivers {

using statistics::Chains;

statistics::ChainSummary summary_of(const DrawColumn& column) {
  return column.is_large() ? column.blocks().summary() : statistics::summarise(column.all());
}

double sum_of(const DrawColumn& column) {
  double sum = 0;
  column.for_each_piece([&](const Chains& draws) { sum += draws.sum(); });
  return sum;
}

double mean_of(const DrawColumn& column) {
  return sum_of(column) / static_cast<double>(column.numbers());
}

double mean_of_finite(const DrawColumn& column) {
  double sum = 0, count = 0;
  column.for_each_piece([&](const Chains& draws) {
    const auto is_there = draws == draws;
    count += static_cast<double>(is_there.count());
    sum += is_there.select(draws, 0).sum();
  });
  return sum / count;
}

bool is_finite(const DrawColumn& column) {
  bool is_finite = true;
  column.for_each_piece([&](const Chains& draws) { is_finite = is_finite && draws.allFinite(); });
  return is_finite;
}

Index longest_rejections(const DrawColumn& accepted) {
  Index longest = 0;
  std::vector<Index> runs(static_cast<std::size_t>(accepted.chains()), 0);
  accepted.for_each_piece([&](const Chains& draws) {
    for (Index chain = 0; chain < draws.cols(); ++chain) {
      Index& run = runs[static_cast<std::size_t>(chain)];
      for (Index draw = 0; draw < draws.rows(); ++draw) {
        run = draws(draw, chain) > 0 ? 0 : run + 1;
        longest = std::max(longest, run);
      }
    }
  });
  return longest;
}

Index count_never_moved(const DrawColumn& accepted) {
  Column most = Column::Zero(accepted.chains());
  accepted.for_each_piece(
      [&](const Chains& draws) { most = most.max(draws.colwise().maxCoeff().transpose()); });
  return (most == 0).count();
}

Chains thinned(const DrawColumn& column, Index most_numbers) {
  if (column.numbers() <= most_numbers) return column.all();
  auto blocks = statistics::DrawBlocks::within(column.chains(), most_numbers);
  column.for_each_piece([&](const Chains& draws) { blocks.add(draws); });
  return blocks.first_draws();
}

}  // namespace nmc::drivers
