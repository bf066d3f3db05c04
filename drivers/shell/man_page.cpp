#include <fmt/format.h>

#include "core/archive/build_info.hpp"
#include "drivers/shell/shell.hpp"

namespace nmc::drivers {
namespace {

// What roff would take for its own.
std::string escaped(const std::string& text) {
  std::string out;
  bool is_start = true;
  for (const char c : text) {
    if (is_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
    is_start = c == '\n';
  }
  return out;
}

std::string flag_text(const FlagSpec& flag) {
  const std::string value = flag.value.empty() ? "" : fmt::format(" \\fI{}\\fR", flag.value);
  return fmt::format(".TP\n\\fB\\-\\-{}\\fR{}\n{}\n", escaped(flag.name), value,
                     escaped(flag.help));
}

std::string verb_text(const Verb& verb) {
  const std::string details = verb.details.substr(verb.details.starts_with('\n') ? 1 : 0);
  std::string text = fmt::format(".SS \"nmc {} {}\"\n{}.\n", verb.name, escaped(verb.arguments),
                                 escaped(verb.summary));
  if (!details.empty()) text += ".PP\n" + escaped(details) + "\n";
  for (const FlagSpec& flag : verb.flags) text += flag_text(flag);
  return text + fmt::format(".PP\n.EX\n{}\n.EE\n", escaped(verb.example));
}

}  // namespace

std::string man_page(const std::vector<Verb>& verbs) {
  std::string text = fmt::format(
      ".TH NMC 1 \"\" \"NeuralMC {}\" \"User Commands\"\n"
      ".SH NAME\nnmc \\- neural Monte Carlo for lattice systems\n"
      ".SH SYNOPSIS\n\\fBnmc\\fR [\\fB\\-\\-plugin\\fR \\fIFILE\\fR ...] \\fIVERB\\fR "
      "[\\fIarguments\\fR] [\\fB\\-\\-section.key=value\\fR ...]\n"
      ".SH DESCRIPTION\nA job file says which system, network and sampler; nmc trains, samples and "
      "reports means with their errors beside exact values. Any key of a job can be set on the "
      "command line. Parallel under \\fBmpirun \\-n\\fR \\fIN\\fR; results do not depend on "
      "\\fIN\\fR.\n.SH VERBS\n",
      archive::build_info().version);
  for (const Verb& verb : verbs) text += verb_text(verb);
  text +=
      ".SH \"OTHER OPTIONS\"\n.TP\n\\fB\\-\\-version\\fR\nthe revision, the compiler and the "
      "libraries\n.TP\n\\fB\\-\\-completion\\fR \\fISHELL\\fR\na script for bash or zsh\n.TP\n"
      "\\fB\\-\\-man\\fR\nthis page\n"
      ".SH \"EXIT STATUS\"\n.TP\n0\ndone\n.TP\n2\ninput to be mended\n.TP\n3\nnumerical failure\n"
      ".TP\n4\ndone, and a result is refused\n.TP\n75\nstopped after a checkpoint: the same "
      "command "
      "goes on\n";
  return text;
}

}  // namespace nmc::drivers
