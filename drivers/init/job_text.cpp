#include "drivers/init/job_text.hpp"

#include <fmt/format.h>

#include "drivers/job/resolve_ground_state.hpp"
#include "drivers/wrapped.hpp"

namespace nmc::drivers {
namespace {

// "# J = 1                     coupling of every bond".
std::string commented_key(const ResolvedOption& option) {
  const std::string& help = option.spec.help;
  const std::string fallback = option.spec.fallback.empty() ? "" : " " + option.spec.fallback;
  const std::string head = fmt::format("# {} ={}", option.spec.name, fallback);
  constexpr std::size_t kHelp = 28;
  if (head.size() + 2 > kHelp) return fmt::format("{}\n#{:27}{}\n", head, "", help);
  return fmt::format("{:<{}}{}\n", head, kHelp, help);
}

std::string section_text(const Options& section) {
  std::string given, defaults;
  for (const ResolvedOption& option : section.all()) {
    if (section.is_given(option.spec.name))
      given += fmt::format("{} = {}\n", option.spec.name, option.value);
    else
      defaults += commented_key(option);
  }
  return fmt::format("\n[{}]\n{}{}", section.section(), given, defaults);
}

}  // namespace

std::string commented_job(const Job& job, const std::vector<std::string>& remarks) {
  std::string text;
  for (const std::string& remark : remarks) {
    std::string lines = wrapped(remark, 2, 0);
    for (std::size_t at = 0; (at = lines.find('\n', at)) != std::string::npos; at += 3)
      lines.replace(at, 1, "\n# ");
    text += "# " + lines + "\n";
  }
  text += section_text(job.system);
  if (job.model_entry != nullptr || is_ground_state(job.run))
    text += section_text(job.model) + section_text(job.train);
  return text + section_text(job.sampler) + section_text(job.run) + section_text(job.output);
}

}  // namespace nmc::drivers
