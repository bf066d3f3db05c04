#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "drivers/catalog/catalog.hpp"
#include "drivers/job/sections.hpp"
#include "drivers/shell/shell.hpp"
#include "drivers/wave/wave_models.hpp"

namespace nmc::drivers {
namespace {

// Of keys, verbs, and what may follow each verb.
constexpr const char* kBash = R"(# bash completion of nmc: source <(nmc --completion bash)
_nmc() {{
  local keys="{}"
  local words="" names="" word verb=${{COMP_WORDS[1]}}
  # What stands before the cursor, with the = at which bash breaks words.
  word=${{COMP_LINE:0:COMP_POINT}}
  word=${{word##*[[:space:]]}}
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "{} --help --version" -- "$word"))
    return
  fi
  case $verb in
{}  esac
  if [[ $word == --*=* ]]; then
    COMPREPLY=($(compgen -f -- "${{word#*=}}"))
  elif [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$word"))
    [[ ${{#COMPREPLY[@]}} == 1 && ${{COMPREPLY[0]}} == *= ]] && compopt -o nospace
  elif [[ -n $names ]]; then
    COMPREPLY=($(compgen -W "$names" -- "$word"))
  else
    compopt -o default
  fi
}}
complete -F _nmc nmc
)";

constexpr const char* kZsh = R"(#compdef nmc
# zsh completion of nmc: nmc --completion zsh > "${{fpath[1]}}/_nmc"
_nmc() {{
  local keys="{}"
  local words="" names="" verb=${{(Q)${{(z)BUFFER}}[2]}}
  if ((CURRENT == 2)); then
    compadd -- {} --help --version
    return
  fi
  case $verb in
{}  esac
  if [[ $PREFIX == --*=* ]]; then
    compset -P '*='
    _files
  elif [[ $PREFIX == -* ]]; then
    compadd -S '' -- ${{(M)${{=words}}:#*=}}
    compadd -- ${{${{=words}}:#*=}}
  elif [[ -n $names ]]; then
    compadd -- ${{=names}}
  else
    _files
  fi
}}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _nmc "$@"
else
  compdef _nmc nmc
fi
)";

void add_keys(const std::string& section, const std::vector<OptionSpec>& options,
              std::set<std::string>& words) {
  for (const OptionSpec& spec : options) words.insert(fmt::format("--{}.{}=", section, spec.name));
}

template <class Entries>
void add_names(const Entries& entries, std::vector<std::string>& names) {
  for (const auto& entry : entries) names.push_back(entry.name);
}

std::vector<std::string> described_names() {
  std::vector<std::string> names;
  add_names(catalog::systems(), names);
  add_names(catalog::quantum_systems(), names);
  add_names(catalog::models(), names);
  add_names(catalog::wave_models(), names);
  add_names(catalog::samplers(), names);
  add_names(section_entries(), names);
  return names;
}

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

/// The words that may follow a verb: its flags, and keys of a job.
std::string words_after(const Verb& verb) {
  std::vector<std::string> words{"--help"};
  for (const FlagSpec& flag : verb.flags) words.push_back("--" + flag.name);
  return joined(words) + (verb.takes_values ? " $keys" : "");
}

std::string names_of_verbs(const std::vector<Verb>& verbs) {
  std::vector<std::string> names;
  for (const Verb& verb : verbs) names.push_back(verb.name);
  return joined(names);
}

/// `case` lines of the names that a verb takes, the same in both shells.
std::string cases(const std::vector<Verb>& verbs) {
  std::vector<std::string> systems;
  add_names(catalog::systems(), systems);
  add_names(catalog::quantum_systems(), systems);
  std::string text;
  for (const Verb& verb : verbs) {
    std::string names;
    if (verb.name == "describe" || verb.name == "certify") names = joined(described_names());
    if (verb.name == "init") names = joined(systems);
    if (verb.name == "list") names = "systems models samplers observables";
    text +=
        fmt::format("    {}) words=\"{}\"; names=\"{}\" ;;\n", verb.name, words_after(verb), names);
  }
  return text;
}

}  // namespace

std::vector<std::string> job_words() {
  std::set<std::string> words;
  for (const std::string& section : section_names())
    if (section != "sweep") add_keys(section, section_options(section), words);
  for (const auto& entry : catalog::systems()) add_keys("system", entry.options, words);
  for (const auto& entry : catalog::quantum_systems()) add_keys("system", entry.options, words);
  for (const auto& entry : catalog::models()) add_keys("model", entry.options, words);
  for (const auto& entry : catalog::wave_models()) add_keys("model", entry.options, words);
  add_keys("sampler", catalog::wave_sampler_options(), words);
  for (const auto& entry : catalog::samplers()) add_keys("sampler", entry.options, words);
  return {words.begin(), words.end()};
}

std::string completion(const std::string& shell, const std::vector<Verb>& verbs) {
  const std::string keys = joined(job_words());
  if (shell == "bash") return fmt::format(kBash, keys, names_of_verbs(verbs), cases(verbs));
  if (shell == "zsh") return fmt::format(kZsh, keys, names_of_verbs(verbs), cases(verbs));
  return "";
}

}  // namespace nmc::drivers
