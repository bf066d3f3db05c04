#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/archive/chains/formats.hpp"
#include "core/archive/chains/hdf5_arrays.hpp"
#include "core/archive/chains/hdf5_walk.hpp"
#include "core/errors.hpp"

namespace nmc::archive {
namespace {

/// Groups beside the one that is analysed; ArviZ keeps warm-up, statistics and data there.
void say_other_groups(const File& file, const std::string& group, ChainFile& chains) {
  for (const std::string& child : file.children("/")) {
    const std::string path = "/" + child;
    if (path == group || !file.is_group(path)) continue;
    chains.left_out.push_back({path, fmt::format("beside {}; FILE:{} analyses it", group, path)});
  }
}

/// The object that the user's word means: a path, or a name within /posterior.
std::string find_object(const File& file, const std::string& word) {
  std::string object = word.starts_with('/') ? word : "/" + word;
  while (object.size() > 1 && object.ends_with('/')) object.pop_back();
  if (!file.has(object) && file.has("/posterior" + object)) object = "/posterior" + object;
  return object;
}

}  // namespace

void read_hdf5_chains(const std::string& path, const std::string& dataset, const AxesChoice& choice,
                      ChainFile& chains) {
  const File file = File::open(path);
  const std::string object = find_object(file, dataset);
  const bool is_one = !dataset.empty() && !file.is_group(object);
  std::string group = object;
  if (dataset.empty()) group = file.is_group("/posterior") ? "/posterior" : "/";
  if (dataset.empty() && group != "/") say_other_groups(file, group, chains);
  const std::vector<std::string> datasets =
      is_one ? std::vector{object} : datasets_below(file, group, chains.left_out);
  std::vector<StoredArray> arrays;
  for (const std::string& found : datasets) {
    std::vector<StoredArray> parts = arrays_of(file, found, chains.left_out);
    name_emcee_axes(file, found, parts, chains);
    arrays.insert(arrays.end(), parts.begin(), parts.end());
  }
  add_arrays({path, std::move(arrays), is_one}, choice, chains);
}

}  // namespace nmc::archive
