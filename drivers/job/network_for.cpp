#include "drivers/job/network_for.hpp"

#include "core/errors.hpp"
#include "core/options/job_file.hpp"
#include "drivers/job/resolve_named.hpp"
#include "drivers/job/sections.hpp"

namespace nmc::drivers {
namespace {

// As its keys are where a job says nothing but the name.
Options defaults_of(const catalog::ModelEntry& model) {
  std::vector<OptionSpec> specs = section_options("model");
  specs.insert(specs.end(), model.options.begin(), model.options.end());
  const std::vector<GivenOption> given{{"model", "name", model.name, "default"}};
  return resolve_section("model", given, specs, "");
}

bool works(const catalog::SamplerEntry& sampler, const Options& options, const System& system,
           const catalog::ModelEntry& model) {
  try {
    const auto network = model.make(defaults_of(model), system, 1);
    (void)sampler.make(options, system, network.get());
    return true;
  } catch (const UserError&) {
    return false;
  }
}

}  // namespace

std::string network_for(const catalog::SamplerEntry& sampler, const Options& options,
                        const catalog::SystemEntry& system) {
  const catalog::SystemEntry* same = nullptr;
  const Options example = resolve_system(parse_job_text(system.example, system.name), same);
  const System small = catalog::make_system(system, example);
  for (const catalog::ModelEntry& model : catalog::models())
    if (works(sampler, options, small, model)) return model.name;
  return "";
}

}  // namespace nmc::drivers
