#include "models/training/batch_rows.hpp"

#include "core/parallel/ordered_sum.hpp"

namespace nmc {
namespace {

/// First row of a chunk, the end of the batch where there are no more chunks.
Index first_row(Index chunk, const BatchRows& batch) {
  return chunk < chunks_of(batch) ? chunk * chunk_rows : batch.rows;
}

}  // namespace

Index chunks_of(const BatchRows& batch) {
  const Index rows = batch.rows;
  return rows > chunk_rows && rows % chunk_rows == 1 ? rows / chunk_rows : chunk_count(rows);
}

Index owned_chunks(const BatchRows& batch) {
  return batch.workers.ranks->share(chunks_of(batch)).count;
}

Batch gather_chunks(const BatchRows& batch, Index columns,
                    const std::function<Batch(Index chunk, const BatchPart&)>& of) {
  const Range chunks = batch.workers.ranks->share(chunks_of(batch));
  const Index begin = first_row(chunks.first, batch);
  Batch numbers(first_row(chunks.end(), batch) - begin, columns);
  batch.workers.threads->for_each(chunks.count, [&](Index chunk) {
    const Index first = first_row(chunks.first + chunk, batch);
    BatchPart part{batch.streams, first_row(chunks.first + chunk + 1, batch) - first, batch.rows};
    part.streams.first_chain = static_cast<std::uint32_t>(first);
    numbers.middleRows(first - begin, part.rows) = of(chunk, part);
  });
  return batch.workers.ranks->gather_rows(numbers);
}

}  // namespace nmc
