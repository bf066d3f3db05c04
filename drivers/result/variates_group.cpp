#include "drivers/result/variates_group.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/archive/xarray_group.hpp"

namespace nmc::drivers {
namespace {

using statistics::Chains;

// Bins of all rows together, and of one row: enough for coefficients and for autocorrelations,
// and 10 MB of ten variates.
constexpr Index kMostBins = Index{1} << 17, kLeastOfChain = 64, kMostOfChain = 1024;

}  // namespace

void plan_variates(Plan& plan) {
  if (plan.system.variates == nullptr) return;
  plan.simulation.variates = plan.system.variates.get();
  const Index rows = plan.simulation.chains * rows_per_chain(plan);
  plan.simulation.bins.most = std::clamp(kMostBins / rows / 2 * 2, kLeastOfChain, kMostOfChain);
}

void write_variates(archive::File& file, const Sampled& sampled, const Plan& plan) {
  const SimulationOptions& options = plan.simulation;
  if (options.variates == nullptr || sampled.binned.size() == 0) return;
  const Index length = options.bins.length(options.draws), bins = options.bins.full(options.draws);
  const std::vector<std::string>& names = options.variates->names();
  const Index numbers = std::ssize(names), rungs = rows_per_chain(plan);
  const Index chains = sampled.binned.rows() / rungs;
  // Of a ladder the temperature of the system, whose density they belong to.
  const Batch own = sampled.binned(Eigen::seqN(plan.own_rung, chains, rungs), Eigen::all);
  std::vector<Chains> means(names.size(), Chains(bins, chains));
  for (Index k = 0; k < numbers; ++k)
    for (Index bin = 0; bin < bins; ++bin)
      means[static_cast<std::size_t>(k)].row(bin) =
          own.col(bin * numbers + k).transpose() / static_cast<double>(length * options.bin);
  std::vector<archive::Variable> variables;
  for (std::size_t k = 0; k < names.size(); ++k)
    variables.push_back(
        {names[k],
         {"chain", "bin"},
         std::span<const double>(means[k].data(), static_cast<std::size_t>(means[k].size()))});
  archive::write_xarray_group(file, "/control_variates",
                              {archive::numbered("chain", chains), archive::numbered("bin", bins)},
                              variables);
  file.set_attribute("/control_variates", "draws_per_bin", static_cast<std::int64_t>(length));
  file.set_attribute("/control_variates", "order", fmt::format("{}", fmt::join(names, ", ")));
}

}  // namespace nmc::drivers
