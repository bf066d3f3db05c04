#include "drivers/dispatch.hpp"

#include <fmt/format.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "core/errors.hpp"
#include "core/options/did_you_mean.hpp"
#include "drivers/help.hpp"
#include "drivers/job/same_on_ranks.hpp"
#include "drivers/plugins.hpp"
#include "drivers/shell/shell.hpp"
#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {
namespace {

constexpr int done = 0, user_error = 2;

void say(std::FILE* stream, const std::string& text) {
  std::fputs(text.c_str(), stream);
}

const Verb& find_verb(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& verb : verbs()) {
    if (verb.name == name) return verb;
    names.push_back(verb.name);
  }
  throw UserError(
      fmt::format("unknown verb \"{}\"{} (nmc --help)", name, did_you_mean(name, names)));
}

// Of "--completion bash" and "--completion=bash".
std::string completion_page(const std::vector<std::string>& words) {
  const auto equals = words[0].find('=');
  const std::string shell = equals != std::string::npos ? words[0].substr(equals + 1)
                            : words.size() > 1          ? words[1]
                                                        : "";
  const std::string page = completion(shell, verbs());
  require(!page.empty(), fmt::format("--completion {}: it takes bash or zsh, as in source <(nmc "
                                     "--completion bash)",
                                     shell));
  return page;
}

// Pages that any process could print are printed by rank 0.
bool print_page(const std::vector<std::string>& words, const Ranks& ranks) {
  std::string page;
  if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") page = general_help();
  if (words[0] == "--version") page = version_line();
  if (words[0] == "--man") page = man_page(verbs());
  if (words[0].starts_with("--completion")) page = completion_page(words);
  if (ranks.is_root()) say(stdout, page);
  return !page.empty();
}

/// "nmc --plugin ./libmine.so run job.ini", as it was typed.
std::string command_of(const std::vector<std::string>& words) {
  std::string command = "nmc";
  for (const std::string& word : words) command += " " + word;
  return command;
}

int carry_out(const std::vector<std::string>& typed, const Ranks& ranks,
              const std::optional<LaunchedGroup>& group) {
  std::vector<std::string> words = typed;
  load_plugins(words);
  require_same_lines(ranks, words.empty() ? "" : words[0]);
  require(!words.empty(), "which verb? run, train, sample, report, … (nmc --help)");
  if (print_page(words, ranks)) return done;
  const Verb& verb = find_verb(words[0]);
  std::vector<FlagSpec> flags = verb.flags;
  flags.push_back({"help", "", "this page"});
  Invocation call{parse_command_line({words.begin() + 1, words.end()}, flags), command_of(typed),
                  ranks};
  if (call.line.has("help")) {
    if (ranks.is_root()) say(stdout, verb_help(verb));
    return done;
  }
  require(verb.takes_values || call.line.overrides.empty(),
          fmt::format("nmc {} takes no --section.key values", verb.name));
  if (!verb.is_parallel) {
    if (!ranks.is_root()) return done;
    // The other ranks have gone: nothing may wait for them.
    const Ranks one;
    return verb.action({std::move(call.line), std::move(call.command), one});
  }
  const std::string alone = found_alone(ranks, group);
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

}  // namespace

int dispatch(const std::vector<std::string>& words, const Ranks& ranks,
             const std::optional<LaunchedGroup>& group) {
  const int code = carry_out(words, ranks, group);
  require_printed();
  return code;
}

bool can_be_stopped(const std::vector<std::string>& words) {
  std::size_t first = 0;
  while (first + 1 < words.size() && words[first] == "--plugin") first += 2;
  return std::ranges::any_of(verbs(), [&](const Verb& verb) {
    return first < words.size() && verb.name == words[first] && verb.is_parallel;
  });
}

void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
#endif
}

}  // namespace nmc::drivers
