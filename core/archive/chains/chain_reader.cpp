#include "core/archive/chains/chain_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "core/archive/chains/formats.hpp"
#include "core/errors.hpp"
#include "core/options/did_you_mean.hpp"

namespace nmc::archive {
namespace {

namespace fs = std::filesystem;

struct Place {
  std::string path;
  std::string dataset;  ///< "" for everything
};

/// A directory stands for the result of the run in it.
std::string file_in(const std::string& directory) {
  const fs::path result = fs::path(directory) / "result.h5";
  if (fs::exists(result)) return result.string();
  const bool is_zarr = fs::exists(fs::path(directory) / ".zgroup") ||
                       fs::exists(fs::path(directory) / ".zattrs") ||
                       fs::exists(fs::path(directory) / "zarr.json");
  require(!is_zarr, directory + " is a Zarr store; write it as netCDF (xarray: to_netcdf)");
  require(!fs::exists(fs::path(directory) / "parts"),
          directory + " holds a run that is not finished: nmc run its job again, then diagnose");
  throw UserError(directory + " is a directory without result.h5; name a file");
}

Place find_place(const std::string& word) {
  Place place{word, ""};
  const std::size_t colon = word.rfind(':');
  if (!fs::exists(word) && colon != std::string::npos && fs::exists(word.substr(0, colon))) {
    place = {word.substr(0, colon), word.substr(colon + 1)};
    require(!place.dataset.empty(), word + ": name a dataset after the colon");
  }
  require(fs::exists(place.path),
          (colon == std::string::npos ? word : word.substr(0, colon)) + " does not exist");
  if (fs::is_directory(place.path)) place.path = file_in(place.path);
  return place;
}

/// One column of a table, or the only array of a file.
void keep_only(const Place& place, ChainFile& file) {
  std::vector<std::string> names;
  for (const NamedChains& variable : file.variables) names.push_back(variable.name);
  std::erase_if(file.variables,
                [&](const auto& variable) { return variable.name != place.dataset; });
  require(!file.variables.empty(),
          fmt::format("{} has no column {}{}; it has {}", place.path, place.dataset,
                      did_you_mean(place.dataset, names), fmt::join(names, ", ")));
}

using UseVariable = std::function<void(NamedChains&)>;

ChainFile read_one(const std::string& word, const AxesChoice& choice, const UseVariable& use) {
  const Place place = find_place(word);
  ChainFile file;
  switch (format_of(place.path)) {
    case Format::hdf5:
      file.on_variable = use;
      read_hdf5_chains(place.path, place.dataset, choice, file);
      break;
    case Format::netcdf3:
      read_netcdf3_chains(place.path, place.dataset, choice, file);
      break;
    case Format::npy:
      read_npy_chains(place.path, choice, file);
      if (!place.dataset.empty()) keep_only(place, file);
      break;
    case Format::text:
      read_text_chains(place.path, place.dataset, choice, file);
      break;
  }
  if (use && !file.on_variable)
    for (NamedChains& variable : file.variables) use(variable);
  return file;
}

void require_same_variables(const ChainFile& first, const ChainFile& other,
                            const std::vector<std::string>& words, std::size_t at) {
  const auto names_of = [](const ChainFile& file) {
    std::set<std::string> names;
    for (const NamedChains& variable : file.variables) names.insert(variable.name);
    return names;
  };
  const std::set<std::string> a = names_of(first), b = names_of(other);
  require(a == b,
          fmt::format("{} has {} and {} has {}: files are chains of one run only where they "
                      "have the same variables; diagnose them one by one, or name the "
                      "variable as FILE:NAME",
                      words[0], fmt::join(a, ", "), words[at], fmt::join(b, ", ")));
}

/// Adds the chains of another file beside those that are there.
void append(const ChainFile& other, const std::string& word, ChainFile& all) {
  for (NamedChains& variable : all.variables) {
    const auto same = std::ranges::find(other.variables, variable.name, &NamedChains::name);
    require(
        same->chains.rows() == variable.chains.rows(),
        fmt::format("{} has {} draws of {} and the files before it {}; cut them to equal length",
                    word, same->chains.rows(), variable.name, variable.chains.rows()));
    require(same->units == variable.units,
            fmt::format("{}: {} is in \"{}\" and before in \"{}\"", word, variable.name,
                        same->units, variable.units));
    statistics::Chains joined(variable.chains.rows(), variable.chains.cols() + same->chains.cols());
    joined << variable.chains, same->chains;
    variable.chains = std::move(joined);
  }
  for (const LeftOut& one : other.left_out) {
    const bool is_known = std::ranges::any_of(all.left_out, [&](const LeftOut& known) {
      return known.name == one.name && known.reason == one.reason;
    });
    if (!is_known) all.left_out.push_back(one);
  }
  for (const std::string& note : other.notes) {
    if (std::ranges::find(all.notes, note) == all.notes.end()) all.notes.push_back(note);
  }
}

}  // namespace

ChainFile read_chains(const std::string& file, const AxesChoice& choice) {
  return read_chains(std::vector{file}, choice);
}

ChainFile read_chains(const std::vector<std::string>& files, const AxesChoice& choice) {
  return read_chains(files, choice, {});
}

ChainFile read_chains(const std::vector<std::string>& files, const AxesChoice& choice,
                      const UseVariable& use) {
  require(!files.empty(), "no file of chains was named");
  if (files.size() == 1) return read_one(files.front(), choice, use);
  std::set<std::string> seen;
  ChainFile all;
  for (std::size_t i = 0; i < files.size(); ++i) {
    require(seen.insert(files[i]).second, files[i] + " was named twice: the same chains, not more");
    ChainFile one = read_one(files[i], choice, {});
    if (i == 0) {
      all = std::move(one);
      continue;
    }
    require_same_variables(all, one, files, i);
    append(one, files[i], all);
  }
  for (NamedChains& variable : all.variables) {
    variable.axes = fmt::format("{} files as chains, each: {}", files.size(), variable.axes);
    if (use) use(variable);
  }
  return all;
}

}  // namespace nmc::archive
