#include "drivers/result/cost_attributes.hpp"

#include <string>
#include <vector>

#include "core/statistics/gamma_method.hpp"
#include "drivers/report/cost.hpp"
#include "drivers/report/draw_column.hpp"
#include "drivers/result/merged_draws.hpp"

namespace nmc::drivers {
namespace {

const char* const kStats = "/sample_stats";

void write_sampler(archive::File& file, const Sampled& sampled, const Plan& plan) {
  file.set_attribute(kStats, "cpu_seconds", sampled.time.cpu_seconds);
  file.set_attribute(kStats, "wall_seconds", sampled.time.wall_seconds);
  file.set_attribute(kStats, "steps_per_draw",
                     static_cast<std::int64_t>(plan.simulation.thin * plan.simulation.bin));
  if (plan.sampler.fitted) file.set_attribute(kStats, "fitted", plan.sampler.fitted());
  // Tuning ends with the warm-up: all draws have the same.
  for (const char* name : {"step_size", "n_steps"}) {
    const std::string variable = std::string(kStats) + "/" + name;
    if (!file.has(variable)) continue;
    const double value = file.read_part(variable, {{0, 0}, {1, 1}}).front();
    if (!(value > 0)) continue;
    if (std::string(name) == "step_size")
      file.set_attribute(kStats, name, value);
    else
      file.set_attribute(kStats, name, static_cast<std::int64_t>(value));
  }
}

struct Tau {
  double value = 0, error = 0;
};

Tau tau_of(const DrawColumn& column) {
  if (column.is_large()) {
    const statistics::ChainSummary summary = column.blocks().summary();
    return {summary.tau_int, summary.tau_int_error};
  }
  const statistics::GammaResult result = statistics::gamma_method(column.all());
  return {result.tau_int, result.tau_int_error};
}

}  // namespace

void write_costs(archive::File& file, const Sampled& sampled, const Plan& plan,
                 const Readers& readers) {
  write_sampler(file, sampled, plan);
  std::vector<DrawColumn> columns;
  std::vector<std::string> variables;
  for (std::size_t i = 0; static_cast<Index>(i) < sampled.observables; ++i) {
    if (sampled.names[i] == "log_weight") continue;  // a statistic of the sampler
    variables.push_back(variable_of(sampled, plan, i));
    columns.push_back(DrawColumn::stored(file, variables.back()).polled(readers.poll));
  }
  std::vector<Tau> taus(columns.size());
  readers.threads.for_each(std::ssize(columns), [&](Index i) {
    taus[static_cast<std::size_t>(i)] = tau_of(columns[static_cast<std::size_t>(i)]);
  });
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto draws = static_cast<double>(columns[i].numbers());
    file.set_attribute(variables[i], "tau_int", taus[i].value);
    file.set_attribute(variables[i], "tau_int_error", taus[i].error);
    file.set_attribute(variables[i], "cpu_seconds_per_effective_draw",
                       cost_of_draw(sampled.time.cpu_seconds, draws, taus[i].value));
  }
}

}  // namespace nmc::drivers
