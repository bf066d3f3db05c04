#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/parallel/threads.hpp"
#include "core/statistics/drift.hpp"
#include "core/statistics/summary.hpp"
#include "drivers/catalog/entries/entry.hpp"
#include "drivers/report/run_file.hpp"

namespace nmc::drivers {

/// A mean with less variance than that of the draws.
struct ReducedMean {
  double mean = statistics::not_a_number;
  double error = statistics::not_a_number;
  double variance_ratio = statistics::not_a_number;  ///< of the plain mean's variance over its own
  double z = statistics::not_a_number;
};

/// One line of the report. Derived observables have a mean, an error and a tau alone.
struct ReportLine {
  std::string name;
  statistics::ChainSummary summary;
  std::optional<double> exact;
  double z = statistics::not_a_number;
  statistics::Drift drift{};             ///< of what was measured itself
  std::optional<ReducedMean> reduced{};  ///< by control variates
  std::vector<std::string> inputs{};     ///< of a derived observable: what it is made of
  double largest_step = 0;               ///< how far one spin may move a draw; 0: not known
};

/// The exact value of an observable by its name, where it is known.
/// N of what is per site: of a phase space the positions, which are what observables are of.
[[nodiscard]] Index sites_of_observables(const System& system);

[[nodiscard]] std::optional<double> exact_value(const std::optional<Exact>& exact,
                                                const std::string& name, Index sites);

/// [system] with the graph that a result holds, with its couplings and fields, in place of `bonds`:
/// the file that the job named may have changed since, or be gone, or be elsewhere seen from here.
/// `graph` is the result file where it holds one, else empty.
[[nodiscard]] Options with_stored_graph(const Options& options, const std::string& graph);

/// A line per column, then one per derived observable of the system whose inputs are there, with
/// the exact values where they are known; threads share the lines, as many at a time as their
/// columns leave memory for.
[[nodiscard]] std::vector<ReportLine> report_lines(const std::vector<DrawColumn>& columns,
                                                   const System& system,
                                                   const std::optional<Exact>& exact,
                                                   const Threads& threads);

}  // namespace nmc::drivers
