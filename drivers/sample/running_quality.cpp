#include "drivers/sample/running_quality.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "drivers/format.hpp"
#include "drivers/plan/sampled_columns.hpp"

namespace nmc::drivers {
namespace {

// Chains and numbers of each that a progress line looks at, so that it costs next to nothing.
constexpr Index kWatchedChains = 64, kWatchedBlocks = 1024, kLeastWatched = 8;

Batch own_draws(const Simulation& simulation, const Plan& plan, Range draws, std::size_t column) {
  const Index rungs = rows_per_chain(plan);
  const Batch& values = simulation.records().values[column];
  const Index chains = std::min(values.cols() / rungs, kWatchedChains);
  return rung_columns(
      values.block(draws.first - simulation.held().first, 0, draws.count, chains * rungs),
      plan.own_rung, rungs);
}

}  // namespace

void RunningQuality::add(const Simulation& simulation, Range draws) {
  if (draws.count == 0) return;
  const std::vector<std::string>& names = simulation.records().names;
  const auto rate = std::ranges::find(names, "acceptance_rate") - names.begin();
  const Batch values = own_draws(simulation, plan_, draws, 0);
  if (!values_) {
    name_ = names.front();
    values_.emplace(values.cols(), kWatchedBlocks);
    acceptance_.emplace(values.cols(), kWatchedBlocks);
  }
  values_->add(values);
  acceptance_->add(own_draws(simulation, plan_, draws, static_cast<std::size_t>(rate)));
}

bool RunningQuality::is_known() const {
  return values_ && values_->draws() >= kLeastWatched;
}

double RunningQuality::ess(const statistics::ChainSummary& summary) const {
  return summary.ess_bulk * static_cast<double>(plan_.simulation.chains) /
         static_cast<double>(summary.chains);
}

ProgressLine RunningQuality::line() const {
  if (!is_known()) return {};
  const auto s = values_->summary();
  ProgressLine line;
  line.add(Worth::acceptance, fmt::format("acc {:.2f}", acceptance_->mean()));
  line.add(Worth::tau, "tau " + with_error(s.tau_int, s.tau_int_error));
  line.add(Worth::rhat, fmt::format("Rhat {:.3f}", s.rhat));
  line.add(Worth::ess, "ESS " + short_count(ess(s)));
  return line.add(Worth::value, name_ + " " + with_error(s.mean, s.error));
}

void RunningQuality::note(RunStatus& status) const {
  if (!is_known()) return;
  const auto s = values_->summary();
  status.acceptance = acceptance_->mean();
  status.observable = name_;
  status.mean = s.mean;
  status.error = s.error;
  status.tau_int = s.tau_int;
  status.tau_int_error = s.tau_int_error;
  status.rhat = s.rhat;
  status.ess = ess(s);
}

}  // namespace nmc::drivers
