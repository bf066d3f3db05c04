#include "drivers/anneal/anneal_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "core/archive/graphs/variables.hpp"
#include "core/archive/xarray_group.hpp"
#include "core/errors.hpp"
#include "core/options/job_file.hpp"
#include "samplers/population/annealing.hpp"

namespace nmc::drivers {
namespace {

const std::vector<std::string>& own_columns() {
  static const std::vector<std::string> names{
      "lnZ",   "log_mean_square", "culled",         "family_entropy",
      "rho_t", "lowest_energy",   "lowest_fraction"};
  return names;
}

std::vector<std::string> column_names(const AnnealData& data) {
  std::vector<std::string> names = own_columns();
  names.insert(names.end(), data.observables.begin(), data.observables.end());
  return names;
}

std::vector<double> read_betas(const archive::File& file) {
  require(file.has("/anneal/beta"), fmt::format("{}: /anneal/beta is missing", file.path()));
  std::vector<double> betas = file.read_doubles("/anneal/beta");
  const bool is_schedule = betas.size() >= 2 && betas.front() == 0 &&
                           std::ranges::is_sorted(betas) && std::isfinite(betas.back());
  require(is_schedule, fmt::format("{}: /anneal/beta does not lead from 0 upwards: the file is "
                                   "damaged, or not of nmc anneal",
                                   file.path()));
  return betas;
}

/// The number of runs, which every column must have at every temperature.
Index read_runs(const archive::File& file, const std::vector<std::string>& names,
                Index temperatures) {
  Index runs = 0;
  for (const std::string& name : names) {
    const std::string dataset = "/anneal/" + name;
    require(file.has(dataset), fmt::format("{}: {} is missing", file.path(), dataset));
    const archive::Shape shape = file.shape(dataset);
    if (name == names.front() && shape.size() == 2) runs = shape[0];
    require(runs >= 1 && shape == archive::Shape{runs, temperatures},
            fmt::format("{}: {} has shape ({}); it must be one row or more of {} temperatures",
                        file.path(), dataset, fmt::join(shape, ", "), temperatures));
  }
  return runs;
}

}  // namespace

void write_anneal(archive::File& file, const AnnealData& data) {
  const std::vector<std::string> names = column_names(data);
  std::vector<std::vector<double>> columns(names.size());
  for (const Batch& table : data.tables)
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto column = table.col(static_cast<Index>(i));
      columns[i].insert(columns[i].end(), column.begin(), column.end());
    }
  std::vector<archive::Variable> variables;
  for (std::size_t i = 0; i < names.size(); ++i)
    variables.push_back({names[i], {"run", "beta"}, std::span<const double>(columns[i])});
  archive::write_xarray_group(
      file, "/anneal",
      {archive::numbered("run", std::ssize(data.tables)), {"beta", {}, data.betas}}, variables);
  file.set_attribute("/anneal", "wall_seconds", data.time.wall_seconds);
  file.set_attribute("/anneal", "cpu_seconds", data.time.cpu_seconds);
  file.set_attribute("/anneal", "started", data.time.started);
}

AnnealFile read_anneal(const std::string& path) {
  const auto file = archive::File::open(path);
  require(file.has("/anneal"), fmt::format("{} is no annealing of nmc", path));
  AnnealFile result;
  if (file.has("/provenance"))
    result.provenance = archive::read_provenance(file);
  else
    result.provenance.resolved_job =
        read_job_file(std::filesystem::path(path).parent_path() / "resolved.ini").text;
  if (file.has(archive::graph_group("bond_i"))) result.graph = path;
  AnnealData& data = result.data;
  data.betas = read_betas(file);
  for (const std::string& name : file.children("/anneal"))
    if (file.shape("/anneal/" + name).size() == 2 &&
        std::ranges::find(own_columns(), name) == own_columns().end())
      data.observables.push_back(name);
  const std::vector<std::string> names = column_names(data);
  const Index temperatures = std::ssize(data.betas), runs = read_runs(file, names, temperatures);
  data.tables.assign(static_cast<std::size_t>(runs), Batch(temperatures, std::ssize(names)));
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::vector<double> values = file.read_doubles("/anneal/" + names[i]);
    for (Index r = 0; r < runs; ++r)
      data.tables[static_cast<std::size_t>(r)].col(static_cast<Index>(i)) =
          Eigen::Map<const Column>(values.data() + r * temperatures, temperatures);
  }
  return result;
}

Batch flattened(const std::vector<Batch>& tables) {
  if (tables.empty()) return {};
  Batch rows(std::ssize(tables), tables.front().size());
  for (std::size_t r = 0; r < tables.size(); ++r)
    rows.row(static_cast<Index>(r)) = tables[r].reshaped().transpose();
  return rows;
}

std::vector<Batch> unflattened(const Batch& rows, Index temperatures) {
  std::vector<Batch> tables;
  for (Index r = 0; r < rows.rows(); ++r)
    tables.emplace_back(rows.row(r).reshaped(temperatures, rows.cols() / temperatures));
  return tables;
}

}  // namespace nmc::drivers
