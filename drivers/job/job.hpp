#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/options/command_line.hpp"
#include "core/options/options.hpp"
#include "drivers/catalog/catalog.hpp"

namespace nmc::drivers {

/// A job with every value resolved and checked, and the objects its names stand for.
struct Job {
  std::string text;  ///< the job file as given
  std::string name;  ///< of the file without its extension; "job" without a file
  Options system, model, train, sampler, run, output;
  const catalog::SystemEntry* system_entry = nullptr;
  const catalog::ModelEntry* model_entry = nullptr;      ///< null without a model
  const catalog::SamplerEntry* sampler_entry = nullptr;  ///< null where only training is wanted

  [[nodiscard]] std::filesystem::path directory() const;
  [[nodiscard]] std::vector<const Options*> sections() const;
};

/// What a verb needs of a job: sections that are not needed may be left out of the file.
struct Needs {
  bool model = false;
  bool sampler = false;
};

/// Reads `nmc VERB [JOB] --section.key=value …`. Throws UserError for everything that is wrong with
/// it, before anything else happens.
[[nodiscard]] Job resolve_job(const CommandLine& line, const Needs& needs);

/// The values of [system] alone, for verbs that take no job.
[[nodiscard]] Options resolve_system(const std::vector<GivenOption>& given,
                                     const catalog::SystemEntry*& entry);

/// A job file with every value and its origin: the text of resolved.ini.
[[nodiscard]] std::string resolved_text(const Job& job);

}  // namespace nmc::drivers
