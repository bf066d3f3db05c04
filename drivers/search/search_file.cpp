#include "drivers/search/search_file.hpp"

#include <array>
#include <string>
#include <utility>

#include "core/archive/xarray_group.hpp"

namespace nmc::drivers {
namespace {

constexpr std::array<std::pair<const char*, double SearchRecord::*>, 7> kSearchNumbers{
    {{"energy", &SearchRecord::energy},
     {"energy_error", &SearchRecord::error},
     {"variance", &SearchRecord::variance},
     {"acceptance", &SearchRecord::acceptance},
     {"learning_rate", &SearchRecord::learning_rate},
     {"shift", &SearchRecord::shift},
     {"cpu_seconds", &SearchRecord::cpu_seconds}}};

}  // namespace

void write_search_log(archive::File& file, const std::vector<SearchRecord>& log) {
  std::vector<std::vector<double>> columns;
  std::vector<archive::Variable> variables;
  columns.reserve(kSearchNumbers.size());
  for (const auto& [name, number] : kSearchNumbers) {
    std::vector<double>& column = columns.emplace_back();
    for (const SearchRecord& record : log) column.push_back(record.*number);
    variables.push_back({name, {"step"}, std::span<const double>(column)});
  }
  archive::write_xarray_group(file, "/search", {archive::numbered("step", std::ssize(log))},
                              variables);
}

void write_search(archive::File& file, const StoredSearch& search) {
  file.create_group("/state");
  file.set_attribute("/state", "step", static_cast<std::int64_t>(search.state.step));
  file.set_attribute("/state", "is_done", search.is_done ? 1 : 0);
  file.set_attribute("/state", "wall_seconds", search.time.wall_seconds);
  file.set_attribute("/state", "cpu_seconds", search.time.cpu_seconds);
  file.set_attribute("/state", "started", search.time.started);
  file.set_attribute("/state", "ended", search.time.ended);
  const auto& state = search.state;
  file.write("/state/parameters", {std::ssize(state.parameters)},
             std::span<const double>(state.parameters));
  file.write("/state/update", {std::ssize(state.update)}, std::span<const double>(state.update));
  file.write_batch("/state/x", state.x);
  if (!search.log.empty()) write_search_log(file, search.log);
}

StoredSearch read_search(const archive::File& file) {
  StoredSearch search;
  search.state.step = file.int_attribute("/state", "step");
  search.is_done = file.int_attribute("/state", "is_done") == 1;
  search.time = {"train", file.double_attribute("/state", "wall_seconds"),
                 file.double_attribute("/state", "cpu_seconds"),
                 file.string_attribute("/state", "started"),
                 file.string_attribute("/state", "ended")};
  search.state.parameters = file.read_doubles("/state/parameters");
  search.state.update = file.read_doubles("/state/update");
  search.state.x = file.read_batch("/state/x");
  search.log.resize(static_cast<std::size_t>(search.state.step));
  for (std::size_t k = 0; k < search.log.size(); ++k) search.log[k].step = static_cast<Index>(k);
  if (search.log.empty()) return search;
  for (const auto& [name, number] : kSearchNumbers) {
    const std::vector<double> column = file.read_doubles(std::string("/search/") + name);
    for (std::size_t k = 0; k < search.log.size(); ++k) search.log[k].*number = column.at(k);
  }
  return search;
}

}  // namespace nmc::drivers
