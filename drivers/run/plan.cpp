#include "drivers/run/plan.hpp"

#include <fmt/format.h>

#include "core/archive/publish.hpp"
#include "core/chain_rows.hpp"
#include "core/errors.hpp"
#include "drivers/format.hpp"

namespace nmc::drivers {

bool is_of_pairs(const Plan& plan, std::size_t column) {
  return column < plan.observables.size() && plan.observables[column]->traits().is_of_pairs;
}

Index rows_per_chain(const Plan& plan) {
  return plan.samples ? plan.sampler.sampler->traits().rows_per_chain : 1;
}

double estimated_bytes(const Plan& plan) {
  constexpr double kStats = 7;  // columns of sample_stats
  const SimulationOptions& options = plan.simulation;
  const auto rows = static_cast<double>(ChainRows(options.chains, rows_per_chain(plan)).rows());
  const auto draws = static_cast<double>(options.draws);
  const auto sites = static_cast<double>(plan.system.target->sites());
  const double columns = kStats + static_cast<double>(plan.observables.size());
  double numbers = rows * draws * columns;
  if (options.keep_every > 0) numbers += rows * (draws / options.keep_every) * sites;
  double arrays = 0;
  for (const auto& array : plan.arrays) arrays += static_cast<double>(array->size());
  // Parts are kept beside the result that they are merged into; two checkpoints of the chains.
  return 8 * (2 * numbers + 8 * rows * sites + 2 * rows * arrays);
}

void require_free(std::filesystem::path directory, double bytes) {
  directory = std::filesystem::absolute(directory);
  while (!std::filesystem::exists(directory)) directory = directory.parent_path();
  const double free = archive::free_bytes(directory.string());
  require(bytes < free, fmt::format("would write {} and {} are free in {}: set run.thin or fewer "
                                    "run.draws, or leave out configurations",
                                    bytes_text(bytes), bytes_text(free), directory.string()));
}

void require_disk_space(const Job& job, const Plan& plan) {
  if (plan.samples) require_free(job.directory(), estimated_bytes(plan));
}

}  // namespace nmc::drivers
