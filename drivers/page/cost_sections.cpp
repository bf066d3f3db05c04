#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "drivers/format.hpp"
#include "drivers/page/run_sections.hpp"
#include "drivers/page/words.hpp"

namespace nmc::drivers::page {
namespace {

Table phase_table(const PageRun& of) {
  Table table{"Time of each phase, all starts together; CPU seconds over all ranks and threads",
              {"phase", "wall", "CPU s", "from", "to"},
              {}};
  for (const archive::PhaseTime& phase : of.run.provenance.phases)
    table.rows.push_back({phase.name, clock_text(phase.wall_seconds),
                          fmt::format("{:.4g}", phase.cpu_seconds), phase.started, phase.ended});
  return table;
}

Table sampler_table(const SamplerReport& sampler) {
  Table table{"The sampler", {}, {}};
  const auto add = [&](const std::string& name, const std::string& value) {
    if (value != "-" && value != "0") table.rows.push_back({name, value});
  };
  add("acceptance", number_or_dash(sampler.acceptance, "{:.4f}"));
  add("steps per draw", fmt::format("{}", sampler.steps_per_draw));
  add("step size, as tuned", number_or_dash(sampler.step_size, "{:.4g}"));
  add("leapfrog steps", fmt::format("{}", sampler.n_steps));
  if (!sampler.fitted.empty()) add("fitted in warm-up", sampler.fitted);
  add("longest run of rejections", fmt::format("{}", sampler.longest_rejection_run));
  add("divergences", fmt::format("{}", sampler.divergences));
  return table;
}

Table parts_table(const SamplerReport& sampler) {
  Table table{"Parts of the sampler", {"part", "runs", "acceptance", "CPU s"}, {}};
  for (const PartReport& part : sampler.parts)
    table.rows.push_back({part.name, fmt::format("{}", part.runs),
                          number_or_dash(part.acceptance, "{:.4f}"),
                          fmt::format("{:.4g}", part.cpu_seconds)});
  return table;
}

std::string library_words(const archive::BuildInfo& build) {
  std::vector<std::string> words;
  for (const auto& [library, version] : build.libraries) words.push_back(library + " " + version);
  return list_words(words);
}

}  // namespace

Section cost_section(const PageRun& of) {
  Section section("cost", "Cost");
  if (!of.report.lines.empty()) section.table(sampler_table(of.report.sampler));
  section.table(parts_table(of.report.sampler));
  section.table(phase_table(of));
  return section;
}

Section provenance_section(const PageRun& of) {
  const archive::Provenance& from = of.run.provenance;
  Section section("provenance", "Provenance");
  section.set_kind("words");
  Table table{"Where these numbers come from", {}, {}};
  const auto add = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) table.rows.push_back({name, value});
  };
  add("file", of.run.file->path());
  add("program", fmt::format("NeuralMC {}, revision {}{}", from.build.version,
                             from.build.git_revision, from.build.is_dirty ? ", modified" : ""));
  add("command", from.command_line);
  add("seed", fmt::format("{} ({})", from.seed, from.generator));
  add("host", fmt::format("{}, {}, {} each", from.host, count_words(from.ranks, "rank"),
                          count_words(from.threads, "thread")));
  add("compiler", from.build.compiler);
  add("libraries", library_words(from.build));
  add("MPI", from.mpi_library);
  add("SHA-256 of the weights", from.weights_sha256);
  section.table(table);
  section.folded("the job, every value with its origin", from.resolved_job);
  section.folded("the report as text", report_text(of.report));
  return section;
}

}  // namespace nmc::drivers::page
