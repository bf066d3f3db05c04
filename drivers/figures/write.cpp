#include "drivers/figures/write.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/archive/publish.hpp"
#include "core/errors.hpp"
#include "drivers/figures/draw.hpp"

namespace nmc::figures {
namespace {

constexpr const char* kConverter = "rsvg-convert";

std::string ending_of(const std::string& path) {
  return std::filesystem::path(path).extension().string();
}

bool is_on_the_path(const std::string& program) {
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');)
    if (::access((std::filesystem::path(folder) / program).c_str(), X_OK) == 0) return true;
  return false;
}

// Words go to the program as they are, past any shell.
void convert(const std::string& from, const std::string& to, const std::string& format) {
  const std::string form = "--format=" + format, output = "--output=" + to;
  const std::array<const char*, 9> words{kConverter,    form.c_str(),   "--dpi-x=600",
                                         "--dpi-y=600", output.c_str(), "--",
                                         from.c_str(),  nullptr,        nullptr};
  pid_t child = 0;
  const int failure = ::posix_spawnp(&child, kConverter, nullptr, nullptr,
                                     const_cast<char* const*>(words.data()), environ);
  require(failure == 0, fmt::format("cannot start {}: {}", kConverter, std::strerror(failure)));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  require(WIFEXITED(status) && WEXITSTATUS(status) == 0,
          fmt::format("{} could not make {}: an ending of .svg needs no other program", kConverter,
                      to));
}

}  // namespace

void require_writable_format(const std::string& path) {
  const std::string ending = ending_of(path);
  const bool is_known = ending == ".svg" || ending == ".pdf" || ending == ".png";
  require(is_known, fmt::format("{}: figures end with .svg, .pdf or .png", path));
  require(ending == ".svg" || is_on_the_path(kConverter),
          fmt::format("{}: {} is made by {}, which is not here: install the package librsvg2-bin, "
                      "or write .svg, which needs nothing",
                      path, ending.substr(1), kConverter));
}

void write_figure(const Figure& figure, const std::string& path) {
  require_writable_format(path);
  const std::string text = figure_file(figure);
  if (ending_of(path) == ".svg") return archive::publish_text(path, text);
  archive::publish(path, [&](const std::string& temporary) {
    const std::string source = temporary + ".svg";
    std::ofstream(source) << text;
    try {
      convert(source, temporary, ending_of(path).substr(1));
    } catch (...) {
      std::filesystem::remove(source);
      throw;
    }
    std::filesystem::remove(source);
  });
}

}  // namespace nmc::figures
