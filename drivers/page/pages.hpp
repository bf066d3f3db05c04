#pragma once

#include <string>

#include "drivers/anneal/anneal_report.hpp"
#include "drivers/machine/learned_file.hpp"
#include "drivers/report/report.hpp"
#include "drivers/report/sweep_report.hpp"
#include "drivers/tomography/tomography_file.hpp"

/// Whole pages, as text of a file.
namespace nmc::drivers::page {

/// Of a run; `note` says what is particular about it, such as that it is not done.
[[nodiscard]] std::string run_page(const RunFile& run, const Report& report,
                                   const std::string& note);
/// Of a sweep: curves over its tasks, then a section for each of them.
[[nodiscard]] std::string sweep_page(const SweepReport& sweep);
[[nodiscard]] std::string anneal_page(const AnnealReport& report);
/// Of a machine or generator that was trained.
[[nodiscard]] std::string learned_page(const Learned& learned);
/// Of a state learned from shots.
[[nodiscard]] std::string tomography_page(const LearnedState& learned);

}  // namespace nmc::drivers::page
