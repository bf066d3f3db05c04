#include <fmt/format.h>

#include <algorithm>

#include "core/errors.hpp"
#include "drivers/json_line.hpp"
#include "drivers/rg/rg_report.hpp"
#include "drivers/text_table.hpp"
#include "physics/renormalisation/decimation.hpp"

namespace nmc::drivers::rg {

std::vector<ChainStep> decimate(const System& system) {
  const Graph& graph = system.spins->graph();
  const bool is_chain = graph.torus.size() == 1 && graph.sites % 2 == 0 && graph.sites >= 4;
  require(is_chain, fmt::format("{} ({}): decimation takes a closed chain of an even number of "
                                "spins, from 4 on",
                                system.name, system.summary));
  std::vector<ChainStep> steps{{graph.sites, system.beta * graph.bonds.front().J, 0}};
  for (Index spins = graph.sites; spins % 2 == 0 && spins > 2; spins /= 2) {
    const Decimated next = decimate_chain(steps.back().K);
    steps.push_back({spins / 2, next.K, next.constant});
  }
  return steps;
}

std::string chain_text(const System& system, const std::vector<ChainStep>& steps) {
  std::string text = fmt::format(
      "{}, {}\nDecimation, exact: K' = ln(cosh 2K)/2, and ln 2 + K' from each spin removed\n\n",
      system.name, system.summary);
  TextTable table({"spins", "K", "constant"});
  for (const ChainStep& step : steps)
    table.add({fmt::format("{}", step.spins), fmt::format("{:.16g}", step.K),
               step.constant == 0 ? "" : fmt::format("{:.16g}", step.constant)});
  return text + table.text();
}

std::string chain_json(const std::vector<ChainStep>& steps) {
  std::string text;
  for (const ChainStep& step : steps) {
    JsonLine json;
    json.add("name", "chain")
        .add("spins", static_cast<std::int64_t>(step.spins))
        .add("K", step.K)
        .add("constant", step.constant);
    text += json.text() + "\n";
  }
  return text;
}

}  // namespace nmc::drivers::rg
