#include "drivers/machine/learn_job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "core/errors.hpp"
#include "drivers/job/resolve_named.hpp"
#include "drivers/job/resolve_some.hpp"

namespace nmc::drivers {

bool is_learning(const std::vector<GivenOption>& given) {
  return std::ranges::find(given, "learn", &GivenOption::section) != given.end();
}

Job resolve_learning(const JobSource& source) {
  for (const GivenOption& option : source.given)
    if (const std::string& section = option.section;
        section != "learn" && section != "run" && section != "output")
      throw UserError(fmt::format(
          "{}: a job with [learn] trains a Boltzmann machine on data and has no [{}]: sample the "
          "machine by a job of its own, [system] name = rbm, file = DIR/model.h5",
          option.origin, section));
  Job job;
  job.text = source.text;
  job.name = source.name;
  job.train = resolve_fixed("learn", source.given);
  job.task = job.train.text("machine");  // what its progress lines begin with
  job.run = resolve_some("run", {"seed", "threads", "checkpoint", "walltime"}, source.given,
                         "(a job with [learn] has no other)");
  job.output = resolve_some("output", {"dir"}, source.given, "(a job with [learn] has no other)");
  return job;
}

}  // namespace nmc::drivers
