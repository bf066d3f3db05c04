#include <fmt/format.h>

#include "drivers/json_line.hpp"
#include "drivers/report/ground_state.hpp"
#include "drivers/report/report.hpp"

namespace nmc::drivers {

std::string ground_state_text(const GroundState& found) {
  std::string text =
      fmt::format("\nlowest energy {:.10g} in {} of {} chains, {} of {} draws", found.lowest,
                  found.chains_at_lowest, found.chains, found.draws_at_lowest, found.draws);
  if (!found.exact) return text + "\n";
  return text + (found.is_exact() ? ": the exact ground state\n"
                                  : fmt::format("; the ground state is {:.10g}\n", *found.exact));
}

std::string ground_state_json(const GroundState& found) {
  JsonLine json;
  json.add("name", "ground_state")
      .add("lowest_energy", found.lowest)
      .add("exact", found.exact.value_or(statistics::not_a_number))
      .add("chains_at_lowest", found.chains_at_lowest)
      .add("chains", found.chains)
      .add("draws_at_lowest", found.draws_at_lowest)
      .add("draws", found.draws);
  return json.text() + "\n";
}

}  // namespace nmc::drivers
