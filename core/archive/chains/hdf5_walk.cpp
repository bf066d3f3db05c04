#include "core/archive/chains/hdf5_walk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace nmc::archive {

std::vector<std::string> datasets_below(const File& file, const std::string& group,
                                        std::vector<LeftOut>& left_out) {
  constexpr int most_levels = 50;  // every look-up walks down from the root
  std::vector<std::string> found, waiting{group};
  std::set<std::string> visited{file.identity(group)};
  while (!waiting.empty()) {
    const std::string here = waiting.back();
    waiting.pop_back();
    std::vector<std::string> groups;
    for (const std::string& child : file.children(here)) {
      const std::string path = (here == "/" ? "" : here) + "/" + child;
      if (!file.has(path)) {
        left_out.push_back({path, "a link that leads nowhere"});
        continue;
      }
      if (!visited.insert(file.identity(path)).second) continue;
      const bool is_group = file.is_group(path);
      if (is_group && std::ranges::count(path, '/') > most_levels)
        left_out.push_back({path, fmt::format("nested deeper than {} groups", most_levels)});
      else if (is_group)
        groups.push_back(path);
      if (file.is_dataset(path) && !file.is_dimension_scale(path)) found.push_back(path);
    }
    waiting.insert(waiting.end(), groups.rbegin(), groups.rend());
  }
  return found;
}

}  // namespace nmc::archive
