#include "drivers/tomography/tomography_job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "core/errors.hpp"
#include "drivers/job/resolve_named.hpp"
#include "drivers/job/resolve_some.hpp"

namespace nmc::drivers {
namespace {

void refuse_other_sections(const std::vector<GivenOption>& given) {
  for (const GivenOption& option : given)
    if (const std::string& section = option.section;
        section != "tomography" && section != "system" && section != "run" && section != "output")
      throw UserError(
          fmt::format("{}: a job with [tomography] learns a state from shots and has no "
                      "[{}]: leave it out",
                      option.origin, section));
}

/// Keys that mean nothing where the shots are measured, or where nothing is known.
void check_keys(const Options& tomography) {
  const bool has_data = !tomography.text("data").empty();
  const std::string& state = tomography.text("state");
  if (!has_data && state.empty())
    tomography.fail("data",
                    "[tomography] lacks shots: set data = FILE, or state = ghz, w, ground or "
                    "file:PATH, of which shots are drawn");
  for (const char* key : {"shots", "bases"})
    if (has_data && tomography.is_given(key))
      tomography.fail(key, fmt::format("{} is of shots that are drawn, and data holds measured "
                                       "ones: leave one of them out",
                                       key));
  const bool is_named = state == "w" || state == "ghz";
  if (tomography.is_given("qubits") && (has_data || !is_named))
    tomography.fail("qubits", "qubits is of shots that are drawn of w or ghz: leave it out");
}

}  // namespace

bool is_tomography(const std::vector<GivenOption>& given) {
  return std::ranges::find(given, "tomography", &GivenOption::section) != given.end();
}

Job resolve_tomography(const JobSource& source) {
  refuse_other_sections(source.given);
  Job job;
  job.text = source.text;
  job.name = source.name;
  job.train = resolve_fixed("tomography", source.given);
  check_keys(job.train);
  const auto system = std::ranges::find(source.given, "system", &GivenOption::section);
  const bool needs_system = job.train.text("state") == "ground";
  if (system != source.given.end() && !needs_system)
    throw UserError(
        fmt::format("{}: [system] is of state = ground alone: leave it out", system->origin));
  if (needs_system) {
    job.system = resolve_system(source.given, job.system_entry);
    const auto& quantum = catalog::quantum_systems();
    if (std::ranges::find(quantum, job.system_entry->name, &catalog::SystemEntry::name) ==
        quantum.end())
      job.system.fail("name", fmt::format("{} is a classical density and has no ground state of "
                                          "qubits: take tfim, heisenberg or pauli",
                                          job.system_entry->name));
  }
  job.task = "tomography";  // what its progress lines begin with
  job.run = resolve_some("run", {"seed", "threads", "checkpoint", "walltime"}, source.given,
                         "(a job with [tomography] has no other)");
  job.output =
      resolve_some("output", {"dir"}, source.given, "(a job with [tomography] has no other)");
  return job;
}

}  // namespace nmc::drivers
