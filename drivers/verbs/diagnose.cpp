#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include "core/archive/chains/chain_reader.hpp"
#include "core/errors.hpp"
#include "core/statistics/summary.hpp"
#include "drivers/format.hpp"
#include "drivers/report/chain_warnings.hpp"
#include "drivers/report/page_threads.hpp"
#include "drivers/report/summary_json.hpp"
#include "drivers/text_table.hpp"
#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {
namespace {

using archive::ChainFile;
using archive::NamedChains;
using statistics::ChainSummary;

/// One variable with its numbers and what is to be said of them.
struct Diagnosis {
  NamedChains variable;  ///< without its draws
  ChainSummary summary;
  std::string refusal;
  std::vector<std::string> warnings;
};

/// Two chains that agree in every draw were started with one seed, or are one file twice.
std::string equal_chains(const statistics::ChainsRef& chains) {
  for (Index a = 0; a < chains.cols(); ++a) {
    if ((chains.col(a) == chains(0, a)).all()) continue;  // a chain that never moves is said anyway
    for (Index b = a + 1; b < chains.cols(); ++b) {
      if (chains(0, a) == chains(0, b) && (chains.col(a) == chains.col(b)).all())
        return fmt::format("chains {} and {} are equal draw by draw: one seed for both?", a, b);
    }
  }
  return "";
}

Diagnosis diagnose(NamedChains&& variable) {
  Diagnosis found{std::move(variable), {}, "", {}};
  auto& [name, chains, units, axes, blocks] = found.variable;
  found.summary = blocks ? blocks->summary() : statistics::summarise(chains);
  found.refusal = chain_refusal(found.summary);
  found.warnings = chain_warnings(found.summary);
  const std::string equal = blocks ? equal_chains(blocks->means()) : equal_chains(chains);
  if (!equal.empty()) found.warnings.push_back(equal);
  if (blocks)
    axes += fmt::format("; blocks of {} draws, R-hat and ESS of every {}th draw", blocks->length(),
                        blocks->length());
  chains.resize(0, 0);
  blocks.reset();
  return found;
}

/// Diagnoses variables as they are read, some at a time and no more than memory takes.
class Diagnoses {
 public:
  void add(NamedChains& variable) {
    numbers_ += variable.chains.size();
    waiting_.push_back(std::exchange(variable, {}));
    if (numbers_ >= kMostWaiting || std::ssize(waiting_) >= kMostVariables) work();
  }
  std::vector<Diagnosis> take() {
    work();
    return std::move(found_);
  }

 private:
  static constexpr Index kMostWaiting = Index{1} << 24, kMostVariables = 64;

  void work() {
    const std::size_t before = found_.size();
    found_.resize(before + waiting_.size());
    threads_of_pages().for_each(std::ssize(waiting_), [&](Index i) {
      const auto at = static_cast<std::size_t>(i);
      found_[before + at] = diagnose(std::move(waiting_[at]));
    });
    waiting_.clear();
    numbers_ = 0;
  }

  std::vector<NamedChains> waiting_;
  Index numbers_ = 0;
  std::vector<Diagnosis> found_;
};

std::string left_out_json(const ChainFile& file) {
  std::string list;
  for (const auto& [name, reason] : file.left_out) {
    JsonLine one;
    one.add("name", name).add("reason", reason);
    list += (list.empty() ? "" : ", ") + one.text();
  }
  return "[" + list + "]";
}

std::string json_of(const Diagnosis& found, const ChainFile& file) {
  JsonLine json = summary_json(found.variable.name, found.summary);
  json.add("chains", found.summary.chains).add("draws", found.summary.draws);
  if (!found.variable.units.empty()) json.add("units", found.variable.units);
  json.add("axes", found.variable.axes).add("warnings", found.warnings);
  if (!found.refusal.empty()) json.add("refused", found.refusal);
  json.add_raw("left_out", left_out_json(file)).add("notes", file.notes);
  return json.text() + "\n";
}

/// Sentences with the names they are about: equal sentences share a line.
class Remarks {
 public:
  void add(const std::string& name, const std::string& sentence) {
    const auto same = std::ranges::find(remarks_, sentence, &Remark::second);
    if (same != remarks_.end())
      same->first.push_back(name);
    else
      remarks_.push_back({{name}, sentence});
  }
  /// "warning: a, b: sentence" and so on; of many names the first four.
  [[nodiscard]] std::string text(const std::string& head) const {
    constexpr std::size_t most = 4;
    std::string text;
    for (const auto& [names, sentence] : remarks_) {
      const std::size_t shown = std::min(names.size(), most);
      text += fmt::format(
          "{}: {}", head,
          fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
      if (shown < names.size()) text += fmt::format(" and {} more", names.size() - shown);
      text += ": " + sentence + "\n";
    }
    return text;
  }

 private:
  using Remark = std::pair<std::vector<std::string>, std::string>;
  std::vector<Remark> remarks_;
};

std::string text_of(const std::vector<Diagnosis>& all, const ChainFile& file) {
  TextTable table({"variable", "mean", "tau", "R-hat", "ESS bulk", "ESS tail", "chains", "draws"});
  Remarks axes, refusals, warnings, left_out;
  for (const auto& [variable, s, refusal, sentences] : all) {
    table.add({variable.name, with_error(s.mean, s.error), with_error(s.tau_int, s.tau_int_error),
               number_or_dash(s.rhat, "{:.4f}"), short_count(s.ess_bulk), short_count(s.ess_tail),
               fmt::format("{}", s.chains), fmt::format("{}", s.draws)});
    axes.add(variable.name, variable.axes);
    if (!refusal.empty()) refusals.add(variable.name, refusal);
    for (const std::string& sentence : sentences) warnings.add(variable.name, sentence);
  }
  for (const auto& [name, reason] : file.left_out) left_out.add(name, reason);
  std::string text = table.text() + refusals.text("refused") + warnings.text("warning") +
                     axes.text("read") + left_out.text("left out");
  for (const std::string& note : file.notes) text += "note: " + note + "\n";
  return text + "tau = 1/2 for independent draws; R-hat and ESS as in Vehtari et al. 2021\n";
}

// Chains of importance sampling, of GetDist and others, whose means are weighted.
bool is_weight(std::string name) {
  name.erase(0, name.find_last_of('/') + 1);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const char* head : {"importance_", "log_", "ln_", "log"})
    if (name.starts_with(head)) name.erase(0, std::string_view(head).size());
  return name == "weight" || name == "weights";
}

void note_weights(const std::vector<Diagnosis>& all, ChainFile& file) {
  for (const Diagnosis& found : all)
    if (all.size() > 1 && is_weight(found.variable.name))
      file.notes.push_back(
          fmt::format("{} is taken as a variable like any other: the means of the others give "
                      "every draw the same weight",
                      found.variable.name));
}

}  // namespace

int diagnose_verb(const Invocation& call) {
  require(
      !call.line.positional.empty(),
      "nmc diagnose takes FILE, FILE:DATASET, or several files as chains (nmc diagnose --help)");
  Diagnoses diagnoses;
  ChainFile file = archive::read_chains(call.line.positional,
                                        archive::AxesChoice::parse(call.line.value("axes")),
                                        [&](NamedChains& variable) { diagnoses.add(variable); });
  const std::vector<Diagnosis> all = diagnoses.take();
  note_weights(all, file);
  std::string text;
  if (call.line.has("json"))
    for (const Diagnosis& found : all) text += json_of(found, file);
  else
    text = text_of(all, file);
  std::fputs(text.c_str(), stdout);
  constexpr int done = 0, result_refused = 4;
  const auto is_refused = [](const Diagnosis& found) { return !found.refusal.empty(); };
  return std::ranges::any_of(all, is_refused) ? result_refused : done;
}

}  // namespace nmc::drivers
