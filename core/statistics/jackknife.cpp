#include "core/statistics/jackknife.hpp"

#include <cmath>

#include "core/errors.hpp"

namespace nmc::statistics {
namespace {

/// Sums over the blocks of one observable, (chains * blocks_per_chain).
Column block_sums(const Chains& chains, Index blocks_per_chain) {
  const Index length = chains.rows() / blocks_per_chain;
  Column sums(chains.cols() * blocks_per_chain);
  for (Index i = 0; i < sums.size(); ++i) {
    const Index chain = i / blocks_per_chain, block = i % blocks_per_chain;
    sums[i] = chains.col(chain).segment(block * length, length).sum();
  }
  return sums;
}

void require_same_shape(const std::vector<Chains>& observables, Index blocks_per_chain) {
  require(!observables.empty(), "a jackknife needs at least one observable");
  const Chains& first = observables.front();
  for (const Chains& chains : observables) {
    require(chains.rows() == first.rows() && chains.cols() == first.cols(),
            "the observables of a jackknife differ in their number of chains or draws");
  }
  require(blocks_per_chain >= 1 && blocks_per_chain <= first.rows(),
          "a chain of " + std::to_string(first.rows()) + " draws cannot be cut into " +
              std::to_string(blocks_per_chain) + " blocks");
}

}  // namespace

JackknifeResult jackknife(const std::vector<Chains>& observables, const FunctionOfMeans& f,
                          Index blocks_per_chain) {
  require_same_shape(observables, blocks_per_chain);
  const auto count = static_cast<Index>(observables.size());
  const Index blocks = blocks_per_chain * observables.front().cols();
  JackknifeResult result;
  result.blocks = blocks;
  if (blocks < 2) return result;

  Batch sums(blocks, count);
  for (Index a = 0; a < count; ++a) {
    sums.col(a) = block_sums(observables[static_cast<std::size_t>(a)], blocks_per_chain);
  }
  const auto n = static_cast<double>(blocks);
  const Index block_length = observables.front().rows() / blocks_per_chain;
  const auto length = static_cast<double>(block_length);
  const Column total = sums.colwise().sum().transpose();
  Column without(blocks);
  for (Index b = 0; b < blocks; ++b) {
    without[b] = f((total - sums.row(b).transpose()) / ((n - 1) * length));
  }
  result.plain = f(total / (n * length));
  result.bias_corrected = n * result.plain - (n - 1) * without.mean();
  result.error = std::sqrt((n - 1) / n * (without - without.mean()).square().sum());
  return result;
}

}  // namespace nmc::statistics
