#pragma once

#include <string>
#include <vector>

#include "core/archive/file.hpp"
#include "core/archive/provenance.hpp"
#include "core/batch.hpp"
#include "drivers/job/job.hpp"

namespace nmc::drivers {

/// All runs of an annealing. tables[r] is (temperatures, AnnealingColumns::observables +
/// observables).
struct AnnealData {
  std::vector<double> betas;
  std::vector<std::string> observables;
  std::vector<Batch> tables;
  archive::PhaseTime time{"anneal", 0, 0};  ///< earlier starts included
};

/// Group /anneal: one variable [run, beta] per column.
void write_anneal(archive::File& file, const AnnealData& data);

struct AnnealFile {
  archive::Provenance provenance;
  AnnealData data;
  std::string graph;  ///< the file itself where it holds the graph of the run, else empty
};
/// Reads an anneal.h5, or the anneal_runs.h5 of one that is not done, beside its resolved.ini.
[[nodiscard]] AnnealFile read_anneal(const std::string& path);

/// Rows of tables laid out one after the other, and back.
[[nodiscard]] Batch flattened(const std::vector<Batch>& tables);
[[nodiscard]] std::vector<Batch> unflattened(const Batch& rows, Index temperatures);

}  // namespace nmc::drivers
