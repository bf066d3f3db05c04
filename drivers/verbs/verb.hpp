#pragma once

#include <string>
#include <vector>

#include "core/options/command_line.hpp"
#include "core/parallel/ranks.hpp"

namespace nmc::drivers {

/// What the user typed after the verb, and the whole line for the provenance.
struct Invocation {
  CommandLine line;
  std::string command;
  const Ranks& ranks;
};

/// One verb: what `nmc --help` says about it and what it does. The action returns the exit code.
struct Verb {
  std::string name;
  std::string arguments;  ///< "JOB", "[NAME]", …
  std::string summary;    ///< one line
  std::string details;    ///< the page of `nmc VERB --help`, begins with a line feed
  std::string example;    ///< its last line: a command that works
  std::vector<FlagSpec> flags;
  bool takes_values = false;  ///< whether --section.key=value means something to it
  bool is_parallel = false;   ///< every rank acts; else rank 0 alone
  int (*action)(const Invocation&) = nullptr;
  bool is_listed = true;  ///< in `nmc --help`; else the line before its own names it
};

/// All verbs in the order of `nmc --help`.
[[nodiscard]] const std::vector<Verb>& verbs();

int run_verb(const Invocation& call);
int train_verb(const Invocation& call);
int sample_verb(const Invocation& call);
int report_verb(const Invocation& call);
int exact_verb(const Invocation& call);
int anneal_verb(const Invocation& call);
int evaluate_verb(const Invocation& call);
int diagnose_verb(const Invocation& call);
int check_verb(const Invocation& call);
int list_verb(const Invocation& call);
int describe_verb(const Invocation& call);
int bench_verb(const Invocation& call);
int status_verb(const Invocation& call);

}  // namespace nmc::drivers
