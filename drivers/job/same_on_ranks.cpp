#include "drivers/job/same_on_ranks.hpp"

#include <fmt/format.h>

#include <sstream>

#include "core/errors.hpp"
#include "core/options/paths.hpp"

namespace nmc::drivers {
namespace {

std::string next_line(std::istringstream& text) {
  std::string line;
  return std::getline(text, line) && !line.empty() ? line : "nothing";
}

// "" where there is none.
std::string first_difference(const Ranks& ranks, const std::string& here, const std::string& root) {
  if (here == root) return "";
  std::istringstream mine(here), roots(root);
  std::string own, other;
  do {
    own = next_line(mine);
    other = next_line(roots);
  } while (own == other && mine && roots);
  return fmt::format("rank {} was given {} where rank 0 was given {}", ranks.rank(), own, other);
}

}  // namespace

void require_same_lines(const Ranks& ranks, const std::string& lines) {
  if (ranks.size() == 1) return;
  const std::string root = ranks.broadcast(lines);
  for (const std::string& difference : ranks.gather(first_difference(ranks, lines, root)))
    require(difference.empty(), difference +
                                    ": give all ranks of one mpirun the same job, and start others "
                                    "by their own mpirun");
}

void require_same_jobs(const Ranks& ranks, std::span<const Job> jobs, const std::string& call) {
  std::string lines = call + "\n";
  for (const Job& job : jobs) {
    lines += "output.dir = " + job.directory().string() + "\n";
    for (const Options* section : job.sections())
      for (const ResolvedOption& option : section->all())
        lines +=
            fmt::format("{}.{} = {}\n", section->section(), option.spec.name, stored_value(option));
  }
  require_same_lines(ranks, lines);
}

}  // namespace nmc::drivers
