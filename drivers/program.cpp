#include "drivers/program.hpp"

#include <fmt/format.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <new>
#include <optional>
#include <system_error>

#include "core/errors.hpp"
#include "core/options/did_you_mean.hpp"
#include "core/parallel/ranks.hpp"
#include "drivers/help.hpp"
#include "drivers/job/same_on_ranks.hpp"
#include "drivers/launcher.hpp"
#include "drivers/plugins.hpp"
#include "drivers/run/stop_request.hpp"
#include "drivers/verbs/verb.hpp"

namespace nmc {
namespace {

using Group = std::optional<drivers::LaunchedGroup>;

enum ExitCode { done = 0, defect = 1, user_error = 2, numerical_error = 3, interrupted = 75 };

void say(std::FILE* stream, const std::string& text) {
  std::fputs(text.c_str(), stream);
}

const drivers::Verb& find_verb(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& verb : drivers::verbs()) {
    if (verb.name == name) return verb;
    names.push_back(verb.name);
  }
  throw UserError(
      fmt::format("unknown verb \"{}\"{} (nmc --help)", name, did_you_mean(name, names)));
}

// Pages that any process could print are printed by rank 0.
bool print_page(const std::vector<std::string>& words, const Ranks& ranks) {
  std::string page;
  if (words[0] == "--help" || words[0] == "-h" || words[0] == "help")
    page = drivers::general_help();
  if (words[0] == "--version") page = drivers::version_line();
  if (ranks.is_root()) say(stdout, page);
  return !page.empty();
}

/// "nmc --plugin ./libmine.so run job.ini", as it was typed.
std::string joined(const std::vector<std::string>& words) {
  std::string command = "nmc";
  for (const std::string& word : words) command += " " + word;
  return command;
}

int dispatch(const std::vector<std::string>& typed, const Ranks& ranks, const Group& group) {
  std::vector<std::string> words = typed;
  drivers::load_plugins(words);
  drivers::require_same_lines(ranks, words.empty() ? "" : words[0]);
  require(!words.empty(), "which verb? run, train, sample, report, … (nmc --help)");
  if (print_page(words, ranks)) return done;
  const drivers::Verb& verb = find_verb(words[0]);
  std::vector<FlagSpec> flags = verb.flags;
  flags.push_back({"help", "", "this page"});
  drivers::Invocation call{parse_command_line({words.begin() + 1, words.end()}, flags),
                           joined(typed), ranks};
  if (call.line.has("help")) {
    if (ranks.is_root()) say(stdout, drivers::verb_help(verb));
    return done;
  }
  require(verb.takes_values || call.line.overrides.empty(),
          fmt::format("nmc {} takes no --section.key values", verb.name));
  if (!verb.is_parallel && !ranks.is_root()) return done;
  const std::string alone = verb.is_parallel ? drivers::found_alone(ranks, group) : "";
  // The group says it once.
  if (!alone.empty() && group->place > 0) return user_error;
  require(alone.empty(), alone);
  return verb.action(call);
}

// A table that was cut short must not look like a whole one.
void require_printed() {
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return;
  throw Interrupted(fmt::format("cannot write the output{}{}: run again with room for it",
                                errno != 0 ? ": " : "", errno != 0 ? std::strerror(errno) : ""));
}

int guarded(const std::vector<std::string>& words, const Ranks& ranks, const Group& group) {
  try {
    const int code = dispatch(words, ranks, group);
    require_printed();
    return code;
  } catch (const UserError& error) {
    return ranks.fail(error.what(), user_error);
  } catch (const NumericalError& error) {
    return ranks.fail(error.what(), numerical_error);
  } catch (const Interrupted& error) {
    return ranks.fail(error.what(), interrupted);
  } catch (const std::bad_alloc&) {
    return ranks.fail(
        "not enough memory: lower sampler.chains, train.batch or the size of the network "
        "(nmc check)",
        user_error);
  } catch (const std::filesystem::filesystem_error& error) {
    const bool is_full = error.code() == std::errc::no_space_on_device;
    return ranks.fail(error.what(), is_full ? interrupted : user_error);
  } catch (const std::exception& error) {
    return ranks.fail(fmt::format("nmc has a defect, please report it: {}", error.what()), defect);
  }
}

// Whether the verb ends with a checkpoint where a signal asks for it.
bool can_be_stopped(const std::vector<std::string>& words) {
  std::size_t first = 0;
  while (first + 1 < words.size() && words[first] == "--plugin") first += 2;
  return std::ranges::any_of(drivers::verbs(), [&](const drivers::Verb& verb) {
    return first < words.size() && verb.name == words[first] && verb.is_parallel;
  });
}

/// Batches of some 100 KB come and go at every step. By default glibc gives them back to the system
/// each time, and getting their pages anew took a third of the time of training a network.
void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  std::signal(SIGXFSZ, SIG_IGN);  // a limit of file sizes is an error of the write then
  const Group group = drivers::launched_group();
  // MPI takes its time before and after the work, and a signal comes to each rank when it comes:
  // one that the others have answered already must not kill.
  if (can_be_stopped({argv + 1, argv + argc})) drivers::hear_stop_signals_to_the_end();
  // MPI takes half a second to start, which one process can do without.
  if (!drivers::is_started_by_mpi()) return guarded({argv + 1, argv + argc}, Ranks(), group);
  const Ranks ranks(argc, argv);
  return guarded({argv + 1, argv + argc}, ranks, group);
}

}  // namespace nmc
