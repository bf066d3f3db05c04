#include "drivers/report/run_file.hpp"

#include <fmt/format.h>

#include "core/archive/file.hpp"
#include "core/archive/graph_writer.hpp"
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

RunFile read_run(const fs::path& run) {
  const fs::path path = fs::is_directory(run) ? run / "result.h5" : run;
  require(fs::exists(path), fmt::format("{} holds no result yet: {} is missing (nmc run JOB)",
                                        run.string(), path.string()));
  const auto file = archive::File::open(path.string());
  require(file.has("/provenance"),
          fmt::format("{} is no result of nmc; for other files use nmc diagnose", path.string()));
  RunFile result;
  result.provenance = archive::read_provenance(file);
  result.posterior = read_group(file, "/posterior");
  result.sample_stats = read_group(file, "/sample_stats");
  if (file.has(archive::graph_group("bond_i"))) result.graph = path.string();
  if (file.has("/importance/log_weight")) {
    const std::vector<double> values = file.read_doubles("/importance/log_weight");
    result.log_weight = Eigen::Map<const Column>(values.data(), std::ssize(values));
  }
  return result;
}

}  // namespace nmc::drivers
