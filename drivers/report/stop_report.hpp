#pragma once

#include <string>

#include "core/archive/file.hpp"
#include "drivers/report/finding.hpp"

namespace nmc::drivers {

/// What came of [stop] in a run.
struct StopReport {
  std::string judgement;  ///< "error of energy 0.0098 <= 0.01"; "" where the job has no [stop]
  bool is_met = false;
  Index draws = 0, most = 0;  ///< of a chain: done, and run.draws
};

void write_stop(archive::File& file, const StopReport& stop);
[[nodiscard]] StopReport read_stop(const archive::File& file);

/// "stop     at draw 512 of at most 10000: …"; "" without [stop].
[[nodiscard]] std::string stop_text(const StopReport& stop);
/// One object named stop.
[[nodiscard]] std::string stop_json(const StopReport& stop);
/// A warning where run.draws came first.
[[nodiscard]] Findings judge_stop_report(const StopReport& stop);

}  // namespace nmc::drivers
