#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/options/command_line.hpp"
#include "core/options/options.hpp"
#include "drivers/catalog/catalog.hpp"
#include "drivers/job/sweep.hpp"

namespace nmc::drivers {

/// The values of a job as given, those of the command line first.
struct JobSource {
  std::string text;  ///< the job file
  std::string name;  ///< of the file without its extension; "job" without a file
  std::vector<GivenOption> given;
};

/// A job with every value resolved and checked, and the objects its names stand for.
struct Job {
  std::string text;  ///< the job file as given
  std::string name;  ///< of the file without its extension; "job" without a file
  std::string task;  ///< of a sweep; empty where the job is none
  Options system, model, train, sampler, run, output;
  Options stop;    ///< no values where the job has no such section
  Options anneal;  ///< no values where the job has no such section and the verb needs none
  const catalog::SystemEntry* system_entry = nullptr;
  const catalog::ModelEntry* model_entry = nullptr;      ///< null without a model
  const catalog::SamplerEntry* sampler_entry = nullptr;  ///< null where only training is wanted
  /// What sampler_entry points to where the job composes its sampler.
  std::unique_ptr<const catalog::SamplerEntry> composition{};

  [[nodiscard]] std::filesystem::path directory() const;
  [[nodiscard]] std::vector<const Options*> sections() const;
};

/// What a verb needs of a job: sections that are not needed may be left out of the file.
struct Needs {
  bool model = false;
  bool sampler = false;
  bool anneal = false;
};

/// The tasks of a job with [sweep], each one a job in a directory of its own.
struct Sweep {
  std::string text;  ///< the job file as given
  std::filesystem::path directory;
  std::vector<Job> tasks;
};

/// Reads `nmc VERB [JOB] --section.key=value …`. Throws UserError for what is not in the grammar.
[[nodiscard]] JobSource read_job(const CommandLine& line);

/// Where a job of this name goes whose output.dir is `dir`.
[[nodiscard]] std::filesystem::path output_directory(const std::string& dir,
                                                     const std::string& name);

/// What a path that should have been an output directory is, where it is a job file: a sentence
/// that leads to the directory; empty where it is none.
[[nodiscard]] std::string not_a_run(const std::filesystem::path& path, const std::string& verb);

/// Throws UserError for everything that is wrong with it, before anything else happens; a job with
/// [sweep] is not one job.
[[nodiscard]] Job resolve_job(const JobSource& source, const Needs& needs);
/// The same of every task.
[[nodiscard]] Sweep resolve_sweep(const JobSource& source, const Needs& needs);
/// The same of the tasks that `numbers` names as task_numbers() reads it; there may be none.
[[nodiscard]] Sweep resolve_tasks(const JobSource& source, const Needs& needs,
                                  const std::string& numbers);

/// A job file with every value and its origin: the text of resolved.ini.
[[nodiscard]] std::string resolved_text(const Job& job);
/// A job file with what was given and its origin: the text of a sweep's resolved.ini, whose tasks
/// have their own.
[[nodiscard]] std::string given_text(const JobSource& source);

}  // namespace nmc::drivers
