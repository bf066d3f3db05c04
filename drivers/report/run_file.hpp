#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/archive/provenance.hpp"
#include "core/statistics/chains.hpp"
#include "core/statistics/reduction.hpp"
#include "drivers/report/draw_column.hpp"
#include "drivers/report/network_note.hpp"
#include "drivers/report/stop_report.hpp"

namespace nmc::drivers {

/// A ladder of temperatures and how replicas moved on it.
struct LadderFile {
  std::vector<double> betas;
  Index own_rung = 0;                            ///< at the system's beta
  Index bin = 1;                                 ///< measurements averaged into a draw
  std::vector<std::vector<DrawColumn>> columns;  ///< of every rung
  Column acceptance, hot_fraction;               ///< (rungs - 1), (rungs)
  double barrier = 0, round_trips = 0, round_trip_time = 0, best_round_trip_time = 0;
};

/// A part of a composed sampler: steps of one chain, and CPU time of all ranks and threads.
struct PartOfRun {
  std::string name;
  Index runs = 0;
  double cpu_seconds = 0;
};

/// What `nmc report` reads of a result.h5.
struct RunFile {
  std::unique_ptr<const archive::File> file;  ///< from which the columns are read
  archive::Provenance provenance;
  std::vector<DrawColumn> posterior;     ///< observables; configurations are left out
  std::vector<DrawColumn> sample_stats;  ///< acceptance_rate, accepted, diverging, …
  statistics::Variates variates;         ///< of the control variates; may be empty
  std::vector<PartOfRun> parts;          ///< of a composed sampler, else empty
  Column log_weight;                     ///< ln w of fresh draws of the network; may be empty
  /// ln w and ln p of configurations of the classical sampler, (draws, chains); may be empty.
  statistics::Chains forward_log_weight, forward_log_p;
  std::string forward_sampler;  ///< that sampler
  Column importance_energy;     ///< E of the same draws; may be empty
  std::string graph;  ///< the result file itself where it holds the graph of the run, else empty
  std::optional<LadderFile> ladder;
  bool has_ground_state = false;  ///< energies are those of single configurations
  Index steps_per_draw = 0;       ///< of the sampler
  std::string fitted{};           ///< what its warm-up has fitted, in words; may be empty
  NetworkNotes network_notes;     ///< of a network from a file
  StopReport stop;
  /// Wall and CPU time of a phase, zeros where the run had none of that name.
  [[nodiscard]] archive::PhaseTime time_of(const std::string& phase) const;

  /// Column of sample_stats, or null.
  [[nodiscard]] const DrawColumn* stat(const std::string& name) const;
  [[nodiscard]] const DrawColumn* observable(const std::string& name) const;
};

/// Reads the heads of the groups of a result, columns only as they are asked for. UserError where
/// it is none.
[[nodiscard]] RunFile read_run(archive::File file);
/// Reads RUN, an output directory or the result file in it. UserError where there is none yet.
[[nodiscard]] RunFile read_run(const std::filesystem::path& run);

}  // namespace nmc::drivers
