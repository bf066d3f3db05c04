#include "drivers/report/run_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/archive/file.hpp"
#include "core/archive/graphs/variables.hpp"
#include "core/errors.hpp"
#include "core/options/parse_values.hpp"

namespace fs = std::filesystem;

namespace nmc::drivers {
namespace {

void require_whole(bool is_whole, const archive::File& file, const std::string& what) {
  require(is_whole, fmt::format("{}: {}; the file is damaged, or not as nmc writes it: copy it "
                                "again from where it was made, or run again",
                                file.path(), what));
}

// Every variable of a group has as many chains and draws as the first.
void require_same_shape(const archive::File& file, const std::string& group,
                        const std::vector<DrawColumn>& columns) {
  for (const DrawColumn& column : columns) {
    const DrawColumn& first = columns.front();
    require_whole(column.numbers() > 0, file,
                  fmt::format("{}/{} has no draws", group, column.name()));
    require_whole(
        column.draws() == first.draws() && column.chains() == first.chains(), file,
        fmt::format("{0}/{1} and {0}/{2} differ in shape", group, first.name(), column.name()));
  }
}

std::vector<DrawColumn> read_group(const archive::File& file, const std::string& group) {
  std::vector<DrawColumn> columns;
  if (!file.has(group)) return columns;
  for (const std::string& name : file.children(group)) {
    const std::string path = fmt::format("{}/{}", group, name);
    if (!file.is_dataset(path) || file.shape(path).size() != 2) continue;
    columns.push_back(DrawColumn::stored(file, path));
  }
  require_same_shape(file, group, columns);
  return columns;
}

// A variable [chain, draw, beta] of one rung, (draws, chains).
statistics::Chains rung_of(const std::vector<double>& values, const archive::Shape& shape,
                           Index rung) {
  using Strided =
      Eigen::Map<const statistics::Chains, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>>;
  return Strided(values.data() + rung, shape[1], shape[0], {shape[1] * shape[2], shape[2]});
}

// Numbers of a variable up to which its rungs are read at once, and kept: one by one they are far
// apart in the file.
constexpr Index kMostKeptNumbers = Index{1} << 22;

void read_rungs(const archive::File& file, const std::string& variable, LadderFile& ladder) {
  const archive::Shape shape = file.shape(variable);
  const std::string name = variable.substr(variable.find_last_of('/') + 1);
  const bool is_kept = archive::entries(shape) <= kMostKeptNumbers;
  const std::vector<double> values = is_kept ? file.read_doubles(variable) : std::vector<double>();
  for (Index rung = 0; rung < shape[2]; ++rung)
    ladder.columns[static_cast<std::size_t>(rung)].push_back(
        is_kept ? DrawColumn::held(name, rung_of(values, shape, rung))
                : DrawColumn::stored(file, variable, rung));
}

Column read_column(const archive::File& file, const std::string& path) {
  const std::vector<double> values = file.read_doubles(path);
  return Eigen::Map<const Column>(values.data(), std::ssize(values));
}

// Those of pairs of replicas have half as many chains as the others.
void require_whole_rung(const archive::File& file, const std::vector<DrawColumn>& columns) {
  std::vector<DrawColumn> of_chains, of_pairs;
  for (const DrawColumn& column : columns)
    (file.has("/pairs/" + column.name()) ? of_pairs : of_chains).push_back(column);
  require_same_shape(file, "/ladder", of_chains);
  require_same_shape(file, "/ladder", of_pairs);
}

void read_swaps(const archive::File& file, LadderFile& ladder) {
  ladder.acceptance = read_column(file, "/swaps/acceptance");
  ladder.hot_fraction = read_column(file, "/swaps/hot_fraction");
  const Index rungs = std::ssize(ladder.betas);
  require_whole(ladder.acceptance.size() == rungs - 1 && ladder.hot_fraction.size() == rungs, file,
                fmt::format("/swaps is not of the {} temperatures of /ladder/beta", rungs));
  ladder.barrier = file.double_attribute("/swaps", "barrier");
  ladder.round_trips = file.double_attribute("/swaps", "round_trips");
  ladder.round_trip_time = file.double_attribute("/swaps", "round_trip_time");
  ladder.best_round_trip_time = file.double_attribute("/swaps", "best_round_trip_time");
}

std::optional<LadderFile> read_ladder(const archive::File& file) {
  if (!file.has("/ladder")) return std::nullopt;
  LadderFile ladder;
  ladder.betas = file.read_doubles("/ladder/beta");
  ladder.own_rung = file.int_attribute("/ladder", "own_rung");
  ladder.bin = file.int_attribute("/ladder", "bin");
  const Index rungs = std::ssize(ladder.betas);
  require_whole(ladder.own_rung >= 0 && ladder.own_rung < rungs && ladder.bin >= 1, file,
                fmt::format("own_rung = {} and bin = {} of /ladder are impossible with {} "
                            "temperatures",
                            ladder.own_rung, ladder.bin, rungs));
  ladder.columns.resize(ladder.betas.size());
  for (const std::string& name : file.children("/ladder")) {
    const archive::Shape shape = file.shape("/ladder/" + name);
    if (shape.size() != 3) continue;
    require_whole(shape[2] == rungs, file,
                  fmt::format("/ladder/{} is not of the {} temperatures of beta", name, rungs));
    read_rungs(file, "/ladder/" + name, ladder);
  }
  require_whole_rung(file, ladder.columns.front());
  read_swaps(file, ladder);
  return ladder;
}

void read_network_draws(const archive::File& file, RunFile& result) {
  if (file.has("/importance/log_weight"))
    result.log_weight = read_column(file, "/importance/log_weight");
  if (file.has("/importance/energy"))
    result.importance_energy = read_column(file, "/importance/energy");
  require_whole(result.importance_energy.size() == 0 ||
                    result.importance_energy.size() == result.log_weight.size(),
                file, "/importance/energy and /importance/log_weight differ in shape");
  if (!file.has("/forward")) return;
  for (const DrawColumn& column : read_group(file, "/forward"))
    (column.name() == "log_p" ? result.forward_log_p : result.forward_log_weight) = column.all();
  require_whole(result.forward_log_p.size() == result.forward_log_weight.size(), file,
                "/forward has not both log_p and log_weight");
  result.forward_sampler = file.string_attribute("/forward", "sampler");
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

statistics::Variates read_variates(const archive::File& file) {
  statistics::Variates variates;
  if (!file.has("/control_variates")) return variates;
  variates.draws_per_bin = file.int_attribute("/control_variates", "draws_per_bin");
  require(variates.draws_per_bin > 0,
          fmt::format("{}: /control_variates has draws_per_bin = {}, which is no number of draws",
                      file.path(), variates.draws_per_bin));
  const std::vector<DrawColumn> columns = read_group(file, "/control_variates");
  for (const std::string& name : parse_list(file.string_attribute("/control_variates", "order"))) {
    const auto found = std::ranges::find(columns, name, &DrawColumn::name);
    require_whole(found != columns.end(), file, "/control_variates lacks " + name);
    variates.values.push_back(found->all());
  }
  return variates;
}

const DrawColumn* find(const std::vector<DrawColumn>& columns, const std::string& name) {
  const auto found = std::ranges::find(columns, name, &DrawColumn::name);
  return found == columns.end() ? nullptr : &*found;
}

}  // namespace

const DrawColumn* RunFile::stat(const std::string& name) const {
  return find(sample_stats, name);
}

const DrawColumn* RunFile::observable(const std::string& name) const {
  return find(posterior, name);
}

archive::PhaseTime RunFile::time_of(const std::string& phase) const {
  const auto found = std::ranges::find(provenance.phases, phase, &archive::PhaseTime::name);
  return found == provenance.phases.end() ? archive::PhaseTime{phase} : *found;
}

RunFile read_run(archive::File opened) {
  RunFile result;
  result.file = std::make_unique<const archive::File>(std::move(opened));
  const archive::File& file = *result.file;
  require(file.has("/provenance"), fmt::format("{} is no result of nmc; for other files use nmc "
                                               "diagnose",
                                               file.path()));
  result.provenance = archive::read_provenance(file);
  result.network_notes = read_notes(file);
  result.posterior = read_group(file, "/posterior");
  std::ranges::move(read_group(file, "/pairs"), std::back_inserter(result.posterior));
  result.has_ground_state = file.has("/ground_state");
  result.sample_stats = read_group(file, "/sample_stats");
  if (file.has("/posterior") && file.has_attribute("/posterior", "steps_per_draw"))
    result.steps_per_draw = file.int_attribute("/posterior", "steps_per_draw");
  if (file.has("/sample_stats") && file.has_attribute("/sample_stats", "fitted"))
    result.fitted = file.string_attribute("/sample_stats", "fitted");
  result.variates = read_variates(file);
  result.stop = read_stop(file);
  result.parts = read_parts(file);
  result.ladder = read_ladder(file);
  read_network_draws(file, result);
  return result;
}

RunFile read_run(const fs::path& run) {
  const fs::path path = fs::is_directory(run) ? run / "result.h5" : run;
  require(fs::exists(path), fmt::format("{} holds no result yet: {} is missing (nmc run JOB)",
                                        run.string(), path.string()));
  RunFile result = read_run(archive::File::open(path.string()));
  if (result.file->has(archive::graph_group("bond_i"))) result.graph = path.string();
  return result;
}

}  // namespace nmc::drivers
