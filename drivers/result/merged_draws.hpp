#pragma once

#include <functional>
#include <string>

#include "core/archive/file.hpp"
#include "drivers/plan/plan.hpp"
#include "drivers/sample/draw_parts.hpp"
#include "drivers/sample/sample_phase.hpp"

namespace nmc::drivers {

/// Variable of a result that holds column i at the system's own temperature.
[[nodiscard]] std::string variable_of(const Sampled& sampled, const Plan& plan, std::size_t column);

/// Where draws are merged from; `poll` is called between two pieces, and may throw.
struct MergedFrom {
  const DrawParts& parts;
  std::function<void()> poll;
};

/// Writes /posterior, /pairs, /sample_stats, /ladder and /configurations from the parts of a run,
/// some of them at a time: neither all draws nor all of one column need fit into memory.
void merge_draws(archive::File& file, const MergedFrom& from, const Sampled& sampled,
                 const Plan& plan);

}  // namespace nmc::drivers
