#include <fmt/format.h>

#include <cstdio>

#include "core/archive/chain_reader.hpp"
#include "core/errors.hpp"
#include "core/statistics/summary.hpp"
#include "drivers/format.hpp"
#include "drivers/report/summary_json.hpp"
#include "drivers/text_table.hpp"
#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {
namespace {

using statistics::ChainSummary;

std::string remark(const ChainSummary& s) {
  if (s.non_finite > 0) return fmt::format("{} draws are not finite", s.non_finite);
  if (s.constant_chains > 0) return fmt::format("{} chains never move", s.constant_chains);
  if (!s.window_found) return "too short: tau is a lower bound";
  return "";
}

}  // namespace

int diagnose_verb(const Invocation& call) {
  require(call.line.positional.size() == 1, "nmc diagnose takes one FILE or FILE:DATASET");
  TextTable table(
      {"variable", "mean", "tau", "R-hat", "ESS bulk", "ESS tail", "chains", "draws", ""});
  for (const auto& [name, chains] : archive::read_chains(call.line.positional[0])) {
    const ChainSummary s = statistics::summarise(chains);
    if (call.line.has("json")) {
      fmt::print("{}\n", summary_json(name, s).text());
      continue;
    }
    table.add({name, with_error(s.mean, s.error), with_error(s.tau_int, s.tau_int_error),
               fmt::format("{:.4f}", s.rhat), short_count(s.ess_bulk), short_count(s.ess_tail),
               fmt::format("{}", s.chains), fmt::format("{}", s.draws), remark(s)});
  }
  if (call.line.has("json")) return 0;
  fmt::print("{}tau = 1/2 for independent draws; R-hat and ESS as in Vehtari et al. 2021\n",
             table.text());
  return 0;
}

}  // namespace nmc::drivers
