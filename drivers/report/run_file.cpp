#include "drivers/report/run_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/archive/file.hpp"
#include "core/archive/graphs/variables.hpp"
#include "core/errors.hpp"

namespace fs = std::filesystem;

namespace nmc::drivers {
namespace {

std::vector<MeasuredColumn> read_group(const archive::File& file, const std::string& group) {
  std::vector<MeasuredColumn> columns;
  if (!file.has(group)) return columns;
  for (const std::string& name : file.children(group)) {
    const std::string path = fmt::format("{}/{}", group, name);
    if (!file.is_dataset(path) || file.shape(path).size() != 2) continue;
    const archive::Shape shape = file.shape(path);  // [chain, draw]
    const std::vector<double> values = file.read_doubles(path);
    columns.push_back(
        {name, Eigen::Map<const statistics::Chains>(values.data(), shape[1], shape[0])});
  }
  return columns;
}

// A variable [chain, draw, beta] of one rung, (draws, chains).
statistics::Chains rung_of(const std::vector<double>& values, const archive::Shape& shape,
                           Index rung) {
  using Strided =
      Eigen::Map<const statistics::Chains, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>>;
  return Strided(values.data() + rung, shape[1], shape[0], {shape[1] * shape[2], shape[2]});
}

Column read_column(const archive::File& file, const std::string& path) {
  const std::vector<double> values = file.read_doubles(path);
  return Eigen::Map<const Column>(values.data(), std::ssize(values));
}

std::optional<LadderFile> read_ladder(const archive::File& file) {
  if (!file.has("/ladder")) return std::nullopt;
  LadderFile ladder;
  ladder.betas = file.read_doubles("/ladder/beta");
  ladder.own_rung = file.int_attribute("/ladder", "own_rung");
  ladder.bin = file.int_attribute("/ladder", "bin");
  ladder.columns.resize(ladder.betas.size());
  for (const std::string& name : file.children("/ladder")) {
    const archive::Shape shape = file.shape("/ladder/" + name);
    if (shape.size() != 3) continue;
    const std::vector<double> values = file.read_doubles("/ladder/" + name);
    for (std::size_t rung = 0; rung < ladder.betas.size(); ++rung)
      ladder.columns[rung].push_back({name, rung_of(values, shape, static_cast<Index>(rung))});
  }
  ladder.acceptance = read_column(file, "/swaps/acceptance");
  ladder.hot_fraction = read_column(file, "/swaps/hot_fraction");
  ladder.barrier = file.double_attribute("/swaps", "barrier");
  ladder.round_trips = file.double_attribute("/swaps", "round_trips");
  ladder.round_trip_time = file.double_attribute("/swaps", "round_trip_time");
  ladder.best_round_trip_time = file.double_attribute("/swaps", "best_round_trip_time");
  return ladder;
}

std::vector<PartOfRun> read_parts(const archive::File& file) {
  std::vector<PartOfRun> parts;
  const std::string group = "/provenance/parts";
  if (!file.has(group)) return parts;
  for (const std::string& name : file.children(group)) {
    const std::string part = group + "/" + name;
    parts.push_back(
        {name, file.int_attribute(part, "runs"), file.double_attribute(part, "cpu_seconds")});
  }
  return parts;
}

const statistics::Chains* find(const std::vector<MeasuredColumn>& columns,
                               const std::string& name) {
  for (const auto& column : columns)
    if (column.name == name) return &column.values;
  return nullptr;
}

}  // namespace

const statistics::Chains* RunFile::stat(const std::string& name) const {
  return find(sample_stats, name);
}

const statistics::Chains* RunFile::observable(const std::string& name) const {
  return find(posterior, name);
}

archive::PhaseTime RunFile::time_of(const std::string& phase) const {
  const auto found = std::ranges::find(provenance.phases, phase, &archive::PhaseTime::name);
  return found == provenance.phases.end() ? archive::PhaseTime{phase} : *found;
}

RunFile read_run(const archive::File& file) {
  require(file.has("/provenance"), fmt::format("{} is no result of nmc; for other files use nmc "
                                               "diagnose",
                                               file.path()));
  RunFile result;
  result.provenance = archive::read_provenance(file);
  result.network_notes = read_notes(file);
  result.posterior = read_group(file, "/posterior");
  std::ranges::move(read_group(file, "/pairs"), std::back_inserter(result.posterior));
  result.has_ground_state = file.has("/ground_state");
  result.sample_stats = read_group(file, "/sample_stats");
  if (file.has("/posterior") && file.has_attribute("/posterior", "steps_per_draw"))
    result.steps_per_draw = file.int_attribute("/posterior", "steps_per_draw");
  result.parts = read_parts(file);
  result.ladder = read_ladder(file);
  if (file.has("/importance/log_weight"))
    result.log_weight = read_column(file, "/importance/log_weight");
  for (MeasuredColumn& column : read_group(file, "/forward"))
    (column.name == "log_p" ? result.forward_log_p : result.forward_log_weight) =
        std::move(column.values);
  if (file.has("/forward")) result.forward_sampler = file.string_attribute("/forward", "sampler");
  if (file.has("/importance/energy"))
    result.importance_energy = read_column(file, "/importance/energy");
  return result;
}

RunFile read_run(const fs::path& run) {
  const fs::path path = fs::is_directory(run) ? run / "result.h5" : run;
  require(fs::exists(path), fmt::format("{} holds no result yet: {} is missing (nmc run JOB)",
                                        run.string(), path.string()));
  const auto file = archive::File::open(path.string());
  RunFile result = read_run(file);
  if (file.has(archive::graph_group("bond_i"))) result.graph = path.string();
  return result;
}

}  // namespace nmc::drivers
