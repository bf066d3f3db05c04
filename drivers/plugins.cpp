#include "drivers/plugins.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

#include "core/archive/file.hpp"
#include "core/archive/sha256.hpp"
#include "core/errors.hpp"
#include "drivers/catalog/entries/registry.hpp"

namespace nmc::drivers {
namespace {

constexpr std::string_view kStamp = "neuralmc plug-in for: ";
constexpr std::string_view kFlag = "--plugin";

struct Plugin {
  std::string path, sha256;
};

std::vector<Plugin>& loaded() {
  static std::vector<Plugin> plugins;
  return plugins;
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  require(std::filesystem::is_regular_file(path) && file.good(),
          fmt::format("plug-in {} is no file that can be read: give the path of a library that "
                      "nmc_add_plugin built (docs/own.md)",
                      path));
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Read off the file, so that no code of another build runs.
void check_stamp(const std::string& path) {
  const std::string bytes = bytes_of(path);
  const auto at = bytes.find(kStamp);
  require(bytes.starts_with("\x7f"
                            "ELF") &&
              at != std::string::npos,
          fmt::format("{} is no plug-in of nmc: it has no stamp. Build it with nmc_add_plugin of "
                      "the CMake package (docs/own.md)",
                      path));
  const auto begin = at + kStamp.size();
  const std::string build = bytes.substr(begin, bytes.find('\0', begin) - begin);
  require(build == plugin_build(),
          fmt::format("plug-in {} was built for nmc {}, and this is nmc {}: build it again against "
                      "the package of this one",
                      path, build, plugin_build()));
}

void load(const std::string& given) {
  const std::string path = std::filesystem::absolute(given).string();
  for (const Plugin& plugin : loaded())
    require(plugin.path != path, fmt::format("plug-in {} is given twice: leave one out", given));
  check_stamp(path);
  catalog::set_registering("plug-in " + given);
  if (dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL) == nullptr)
    throw UserError(
        fmt::format("plug-in {} cannot be loaded: {}. Build it again with "
                    "nmc_add_plugin; what else it needs must be found by the loader",
                    given, dlerror()));
  catalog::set_registering("this program");
  loaded().push_back({path, archive::sha256_of_file(path)});
}

}  // namespace

std::string plugin_build() {
  return NMC_PLUGIN_BUILD;
}

void load_plugins(std::vector<std::string>& words) {
  while (!words.empty() && words.front().starts_with(kFlag)) {
    const std::string word = words.front();
    const bool has_value = word.starts_with(std::string(kFlag) + "=");
    if (!has_value && word != kFlag) return;
    words.erase(words.begin());
    require(has_value || !words.empty(),
            "--plugin lacks its file: nmc --plugin ./libmine.so run job.ini");
    if (has_value) {
      load(word.substr(kFlag.size() + 1));
      continue;
    }
    const std::string path = words.front();
    words.erase(words.begin());
    load(path);
  }
}

void note_script(const std::string& path) {
  if (!std::filesystem::is_regular_file(path)) return;
  const std::string sha256 = archive::sha256_of_file(path);
  const auto found = std::ranges::find(loaded(), path, &Plugin::path);
  if (found == loaded().end())
    loaded().push_back({path, sha256});
  else
    found->sha256 = sha256;
}

void write_plugins(archive::File& file) {
  if (loaded().empty()) return;
  file.create_group("/provenance/plugins");
  for (std::size_t i = 0; i < loaded().size(); ++i) {
    const std::string group = fmt::format("/provenance/plugins/{:03}", i);
    file.create_group(group);
    file.set_attribute(group, "path", loaded()[i].path);
    file.set_attribute(group, "sha256", loaded()[i].sha256);
  }
}

}  // namespace nmc::drivers
