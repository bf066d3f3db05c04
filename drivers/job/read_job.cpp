#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/options/did_you_mean.hpp"
#include "core/options/job_file.hpp"
#include "drivers/job/job.hpp"
#include "drivers/job/sections.hpp"

namespace nmc::drivers {
namespace {

void refuse_unknown_sections(const std::vector<GivenOption>& given) {
  const auto& names = section_names();
  for (const GivenOption& option : given) {
    if (is_sweep_section(option.section)) continue;
    if (std::ranges::find(names, option.section) == names.end())
      throw UserError(fmt::format("{}: unknown section [{}]{}", option.origin, option.section,
                                  did_you_mean(option.section, names)));
  }
}

// What is easily given in place of a job.
void refuse_other_files(const std::string& word) {
  const std::filesystem::path path(word);
  require(!std::filesystem::exists(path / "resolved.ini") &&
              !std::filesystem::exists(path / "result.h5"),
          fmt::format("{} is the output directory of a run: nmc report {} shows it, and the job "
                      "file that made it goes on with it",
                      word, word));
  require(std::filesystem::exists(path) || word.find('=') == std::string::npos,
          fmt::format("there is no job file {}; values have two dashes: --{}", word, word));
}

std::string nothing_to_do(const CommandLine& line) {
  if (line.positional.empty())
    return "nothing to do: name a job file (nmc run examples/dual_ising_L4.ini)";
  return fmt::format(
      "{} sets no value: a job needs at least [system] with name = ... (nmc list systems) and "
      "[sampler] with name = ... (nmc list samplers), as examples/ising_metropolis.ini has them",
      line.positional[0]);
}

}  // namespace

JobSource read_job(const CommandLine& line) {
  require(line.positional.size() <= 1,
          fmt::format("one job at a time: \"{}\" is too many",
                      line.positional.empty() ? "" : line.positional.back()));
  JobSource source{"", "job", line.overrides};
  std::ranges::transform(source.given, source.given.begin(), with_sweep_group);
  if (!line.positional.empty()) {
    refuse_other_files(line.positional[0]);
    JobFile file = read_job_file(line.positional[0]);
    std::ranges::transform(file.values, file.values.begin(), with_sweep_group);
    source.text = file.text;
    source.name = file.path.stem().string();
    source.given = merge(source.given, file.values);
  }
  require(!source.given.empty(), nothing_to_do(line));
  refuse_unknown_sections(source.given);
  return source;
}

std::string not_a_run(const std::filesystem::path& path, const std::string& verb) {
  if (!std::filesystem::is_regular_file(path) || path.extension() != ".ini") return "";
  const JobFile file = read_job_file(path);
  const GivenOption* given = find_given(file.values, "output", "dir");
  const std::filesystem::path directory =
      output_directory(given == nullptr ? "" : given->value, path.stem().string());
  const std::string job = path.string(), run = directory.string();
  if (!std::filesystem::exists(directory))
    return fmt::format("{} is a job, and its output directory {} is not there yet: nmc run {}", job,
                       run, job);
  return fmt::format("{} is a job; its output directory is {}: nmc {} {}", job, run, verb, run);
}

std::filesystem::path output_directory(const std::string& dir, const std::string& name) {
  return dir.empty() ? std::filesystem::path("runs") / name : std::filesystem::path(dir);
}

std::string given_text(const JobSource& source) {
  std::vector<std::string> sections;
  for (const GivenOption& option : source.given)
    if (std::ranges::find(sections, option.section) == sections.end())
      sections.push_back(option.section);
  std::string text;
  for (const std::string& section : sections) {
    text += fmt::format("[{}]\n", section);
    std::set<std::string> seen;  // the command line stands before the file
    for (const GivenOption& option : source.given)
      if (option.section == section && !is_unset(option) && seen.insert(option.key).second)
        text += fmt::format("{:<32}  # {}\n", option.key + " = " + option.value, option.origin);
  }
  return text;
}

}  // namespace nmc::drivers
