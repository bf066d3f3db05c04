#include "drivers/result/result_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/archive/graphs/variables.hpp"
#include "core/archive/publish.hpp"
#include "core/archive/sha256.hpp"
#include "core/archive/utc.hpp"
#include "core/archive/xarray_group.hpp"
#include "drivers/plugins.hpp"
#include "drivers/report/exact_values.hpp"
#include "drivers/result/correlation_group.hpp"
#include "drivers/result/cost_attributes.hpp"
#include "drivers/result/ground_state_group.hpp"
#include "drivers/result/ladder_groups.hpp"
#include "drivers/result/merged_draws.hpp"
#include "drivers/result/variates_group.hpp"
#include "drivers/training/training_file.hpp"

namespace nmc::drivers {
namespace {

using archive::File;
using archive::Variable;

std::span<const double> span_of(const Batch& values) {
  return {values.data(), static_cast<std::size_t>(values.size())};
}

archive::Provenance provenance_of(const Result& result, const Session& session) {
  archive::Provenance provenance;
  provenance.mpi_library = mpi_library();
  provenance.host = archive::host_name();
  provenance.ranks = session.ranks().size();
  provenance.threads = session.threads().count();
  provenance.command_line = session.command();
  provenance.resolved_job = resolved_text(*result.job);
  provenance.seed = result.job->run.integer("seed");
  if (result.plan->model)
    provenance.weights_sha256 = archive::sha256(std::as_const(*result.plan->model).parameters());
  if (result.plan->wave)
    provenance.weights_sha256 = archive::sha256(std::as_const(*result.plan->wave).parameters());
  if (result.search) provenance.phases.push_back(result.search->time);
  if (result.training)
    provenance.phases.push_back({"train", result.training->wall_seconds,
                                 result.training->cpu_seconds, result.training->dates.started,
                                 result.training->dates.ended});
  if (result.sampled) provenance.phases.push_back(result.sampled->time);
  if (!result.judged.name.empty()) provenance.phases.push_back(result.judged);
  return provenance;
}

void write_importance(archive::File& file, const ImportanceDraws& draws) {
  if (draws.log_weight.size() == 0) return;
  const auto span_over = [](const Column& values) {
    return std::span<const double>(values.data(), static_cast<std::size_t>(values.size()));
  };
  std::vector<archive::Variable> variables{{"log_weight", {"draw"}, span_over(draws.log_weight)}};
  if (draws.energy.size() > 0) variables.push_back({"energy", {"draw"}, span_over(draws.energy)});
  archive::write_xarray_group(file, "/importance",
                              {archive::numbered("draw", draws.log_weight.size())}, variables);
}

void write_forward(archive::File& file, const ForwardDraws& draws) {
  if (draws.log_weight.size() == 0) return;
  const std::vector<archive::Variable> variables{
      {"log_weight", {"chain", "draw"}, span_of(draws.log_weight)},
      {"log_p", {"chain", "draw"}, span_of(draws.log_p)}};
  archive::write_xarray_group(file, "/forward",
                              {archive::numbered("chain", draws.log_weight.cols()),
                               archive::numbered("draw", draws.log_weight.rows())},
                              variables);
  file.set_attribute("/forward", "sampler", draws.sampler);
}

}  // namespace

void write_parts(File& file, const Sampled& sampled) {
  if (sampled.parts.empty()) return;
  file.create_group("/provenance/parts");
  for (const auto& [name, cost] : sampled.parts) {
    const std::string group = "/provenance/parts/" + name;
    file.create_group(group);
    file.set_attribute(group, "runs", static_cast<std::int64_t>(cost.runs));
    file.set_attribute(group, "cpu_seconds", cost.cpu_seconds);
  }
}

void write_constant_data(File& file, const System& system) {
  const std::vector<std::int64_t> extents(system.extents.begin(), system.extents.end());
  std::vector<archive::Dimension> dimensions{archive::numbered("direction", std::ssize(extents))};
  std::vector<Variable> variables{
      {"extents", {"direction"}, std::span<const std::int64_t>(extents)}};
  const bool is_stored =
      system.disorder != nullptr && system.disorder->bonds.size() <= kMaxStoredBonds;
  const archive::GraphVariables graph(is_stored ? *system.disorder : Graph{});
  if (is_stored) {
    dimensions.insert(dimensions.end(), graph.dimensions().begin(), graph.dimensions().end());
    std::ranges::copy(graph.variables(), std::back_inserter(variables));
  }
  archive::write_xarray_group(file, "/constant_data", dimensions, variables);
  file.set_attribute("/constant_data", "sites", static_cast<std::int64_t>(system.target->sites()));
  if (system.disorder != nullptr && !is_stored)
    file.set_attribute("/constant_data", "bonds_left_out",
                       fmt::format("{} bonds are not stored; the same [system] makes them again",
                                   system.disorder->bonds.size()));
  file.set_attribute("/constant_data", "system", system.name);
  file.set_attribute("/constant_data", "summary", system.summary);
  file.set_attribute("/constant_data", "beta", system.beta);
  ExactEffort effort;
  effort.moments = Moments::cheap;
  const ExactAnswer answer = system.exact(effort);
  if (!answer.value) return;
  file.set_attribute("/constant_data", "exact_method", answer.value->method);
  for (const auto& [name, value] : named_values(*answer.value))
    file.set_attribute("/constant_data", "exact_" + name, value);
}

void fill_result(File& file, const Result& result, const Session& session) {
  const auto poll = [&session] { session.require_unasked(); };
  if (result.sampled) {
    const DrawParts parts(session.directory(), result.plan->simulation.draws);
    merge_draws(file, {parts, poll}, *result.sampled, *result.plan);
    file.set_attribute("/posterior", "tau_convention", "1/2 for independent draws");
    file.set_attribute(
        "/posterior", "steps_per_draw",
        static_cast<std::int64_t>(result.plan->simulation.thin * result.plan->simulation.bin));
    if (result.plan->model != nullptr)
      file.set_attribute("/posterior", "start",
                         result.plan->starts_classically ? "classical" : "network");
    write_variates(file, *result.sampled, *result.plan);
    write_stop(file, result.sampled->stop);
    write_costs(file, *result.sampled, *result.plan, {session.threads(), poll});
    if (result.sampled->ladder) write_ladder(file, *result.sampled, *result.plan);
    write_ground_state(file, *result.sampled, *result.plan, poll);
    if (!result.sampled->sums.empty()) write_correlations(file, *result.sampled, *result.plan);
  }
  write_constant_data(file, result.plan->system);
  if (result.training) write_train_group(file, *result.training);
  if (result.search) write_search_log(file, result.search->log);
  write_importance(file, result.importance);
  write_forward(file, result.forward);
  archive::write_provenance(file, provenance_of(result, session));
  write_plugins(file);
  if (result.sampled) write_parts(file, *result.sampled);
  write_notes(file, result.plan->network_notes);
  const std::string now = archive::utc_now();
  for (const std::string& group : file.children("/")) archive::stamp(file, "/" + group, now);
}

void write_result(const Result& result, const Session& session) {
  archive::publish_file(
      session.directory().file("result.h5"),
      [&](File& file) { fill_result(file, result, session); },
      [&session] { session.require_unasked(); });
}

}  // namespace nmc::drivers
