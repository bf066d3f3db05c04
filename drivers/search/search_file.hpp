#pragma once

#include <vector>

#include "core/archive/file.hpp"
#include "core/archive/provenance.hpp"
#include "models/wave/ground_state_search.hpp"

namespace nmc::drivers {

/// What a stopped search goes on from, and what a finished one is told of by.
struct StoredSearch {
  GroundStateSearch::State state;
  std::vector<SearchRecord> log;
  archive::PhaseTime time{"train", 0, 0};
  bool is_done = false;
};

/// All of it, in the groups /state and /search.
void write_search(archive::File& file, const StoredSearch& search);
[[nodiscard]] StoredSearch read_search(const archive::File& file);

/// Group /search of a result: a number per step of energy, energy_error, variance, acceptance,
/// learning_rate, shift and cpu_seconds.
void write_search_log(archive::File& file, const std::vector<SearchRecord>& log);

}  // namespace nmc::drivers
