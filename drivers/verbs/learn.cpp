#include "drivers/verbs/learn.hpp"

#include <cstdio>
#include <optional>

#include "core/errors.hpp"
#include "drivers/job/same_on_ranks.hpp"
#include "drivers/machine/deep_phase.hpp"
#include "drivers/machine/generator_phase.hpp"
#include "drivers/machine/ising_phase.hpp"
#include "drivers/machine/learn_job.hpp"
#include "drivers/machine/learn_phase.hpp"
#include "drivers/machine/learned_file.hpp"

namespace nmc::drivers {

std::string learned_file_of(const std::filesystem::path& run) {
  const std::filesystem::path file = run / "learned.h5";
  return std::filesystem::exists(file) ? file.string() : "";
}

int learn(const Invocation& call, const JobSource& source) {
  require(!call.line.named.contains("tasks"),
          "--tasks names tasks of a sweep, and a job with "
          "[learn] has none: leave it out");
  const StopRequest stop;  // a signal that comes before the first step stops after it
  Launch launch{call.ranks, call.command, {}, call.line.has("restart")};
  const Job job = resolve_learning(source);
  require_same_jobs(call.ranks, {&job, 1}, launch.restart ? "train --restart" : "train");
  launch.job_end = find_job_end(job.run, call.ranks);
  const OutputDirectory directory(job.directory());
  directory.check(job, launch.restart);
  const std::string& name = job.train.text("machine");
  std::optional<LearnPlan> machine;
  std::optional<IsingPlan> couplings;
  std::optional<DeepPlan> deep;
  std::optional<GeneratorPlan> generator;
  if (name == "ising")
    couplings.emplace(job);
  else if (name == "rbm")
    machine.emplace(job);
  else if (name == "dbm")
    deep.emplace(job);
  else
    generator.emplace(job);
  call.ranks.barrier();
  Session session(job, launch);
  session.carry_out(job, launch.restart, [&] {
    if (couplings) couplings->carry_out(session);
    if (machine) machine->carry_out(session);
    if (deep) deep->carry_out(session);
    if (generator) generator->carry_out(session);
  });
  bool refuses = false;
  if (call.ranks.is_root()) {
    const Learned learned = read_learned(directory.file("learned.h5"));
    std::fputs(learned_text(learned).c_str(), stdout);
    refuses = is_refused(learned);
  }
  return call.ranks.any(refuses) ? kRefusedExit : 0;
}

}  // namespace nmc::drivers
