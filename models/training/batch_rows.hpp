#pragma once

#include <functional>

#include "core/parallel/workers.hpp"
#include "core/roles/objective.hpp"

namespace nmc {

/// A batch, which the threads and ranks of this job share.
struct BatchRows {
  Streams streams;  ///< seed, step and purpose; rows count from 0
  Index rows = 0;   ///< over all ranks
  Workers workers;
};

/// Chunks that it is cut into, whatever the number of workers. A last row alone would have no other
/// to be held against (leave_one_out()): it joins the chunk before.
[[nodiscard]] Index chunks_of(const BatchRows& batch);

/// Those that this rank owns.
[[nodiscard]] Index owned_chunks(const BatchRows& batch);

/// Numbers of every row, (rows, columns), the same on every rank. `of` is asked, with their place
/// among the owned ones, for the chunks that this rank owns, on its threads. Collective.
[[nodiscard]] Batch gather_chunks(const BatchRows& batch, Index columns,
                                  const std::function<Batch(Index chunk, const BatchPart&)>& of);

}  // namespace nmc
