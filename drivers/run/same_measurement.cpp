#include "drivers/run/same_measurement.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/options/job_file.hpp"
#include "drivers/sample/sample_files.hpp"
#include "drivers/session/packed_task.hpp"

namespace nmc::drivers {
namespace {

std::vector<std::string> wanted_names(const Plan& plan) {
  std::vector<std::string> names;
  for (const Observable* observable : plan.observables) names.push_back(observable->name());
  return names;
}

[[noreturn]] void refuse(const Options& output, const std::string& key, const std::string& was,
                         const std::string& is) {
  output.fail(key, fmt::format("the draws that are done were made with output.{} = {} and the job "
                               "has {}: it may change before the first draw alone. Leave it as it "
                               "was, or measure anew with another output.dir or --restart",
                               key, was, is));
}

// "every 1" is "all".
std::string plain(const std::string& value) {
  return value == "every 1" ? "all" : value.empty() ? "none" : value;
}

void require_same_storage(const Job& job, const OutputDirectory& directory) {
  const auto text = stored_job(directory.path());
  const auto old = parse_job_text(text.value_or(""), directory.file("resolved.ini"));
  for (const char* key : {"configurations", "correlations"}) {
    const auto it = std::ranges::find_if(old, [&](const GivenOption& given) {
      return given.section == "output" && given.key == key;
    });
    const std::string was = it == old.end() ? "none" : plain(it->value);
    const std::string is = plain(job.output.text(key));
    if (was != is) refuse(job.output, key, was, is);
  }
}

}  // namespace

void require_same_measurement(const Job& job, const Plan& plan, const OutputDirectory& directory) {
  const std::vector<std::string> was = measured_names(directory);
  if (!plan.samples || was.empty()) return;
  const std::vector<std::string> is = wanted_names(plan);
  if (was != is)
    refuse(job.output, "observables", fmt::format("{}", fmt::join(was, ", ")),
           fmt::format("{}", fmt::join(is, ", ")));
  require_same_storage(job, directory);
}

}  // namespace nmc::drivers
