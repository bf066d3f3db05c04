#pragma once

#include <functional>

#include "core/roles/target.hpp"

/// What checks are made on, and rules that batches keep whatever they are of.
namespace nmc::certify {

/// Independent sites, normals and all states of a discrete site alike; (rows, sites).
[[nodiscard]] Batch random_configurations(Support support, Index rows, Index sites);

/// Entries that are none of the support's.
[[nodiscard]] Index count_outside(Support support, const Batch& x);

using OfBatch = std::function<Column(const Batch&)>;

/// Rows whose number is not finite, or not the same bit for bit in a batch of its own.
[[nodiscard]] Index dependent_rows(const OfBatch& function, const Batch& x);
/// The same function with a mean over the chains in it, a fault that rows alone do not show.
[[nodiscard]] OfBatch with_mean_of_chains(OfBatch function);

}  // namespace nmc::certify
