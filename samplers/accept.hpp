#pragma once

#include <span>

#include "core/interfaces.hpp"

namespace nmc {

/// The outcome of the Metropolis rule for a batch of proposals, (chains) each.
struct Verdict {
  Column probability;  ///< min[1, exp(log_ratio)], 0 where log_ratio is not finite
  Column accepted;     ///< 1 where the uniform of Purpose::accept lies below it
};

/// Accepts with min[1, exp(log_ratio)]. The uniforms of the chains are column `column` of the
/// streams, for steps that decide more than once.
[[nodiscard]] Verdict metropolis(const Column& log_ratio, const Streams& streams, Index column = 0);

/// Takes the rows of `proposal` where accepted is not 0. Caches that the state does not have are
/// left out.
void take_rows(const Column& accepted, const ChainState& proposal, ChainState& state);

/// These chains of a state, one below the other.
[[nodiscard]] ChainState picked_rows(const ChainState& state, std::span<const Index> rows);

/// Takes row i of `from`, the state of chain rows[i], where accepted(rows[i]) is not 0.
void put_rows(const ChainState& from, std::span<const Index> rows, const Column& accepted,
              ChainState& state);

/// Standard normal configurations times `width`, from the streams of Purpose::init.
[[nodiscard]] Batch normal_start(const Streams& streams, Index chains, Index sites, double width);

/// Target and sampler agree on real configurations; `name` is the sampler's.
void require_real(const Target& target, const std::string& name);

}  // namespace nmc
