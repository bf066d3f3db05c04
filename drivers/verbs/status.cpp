#include <cstdio>
#include <filesystem>

#include "core/errors.hpp"
#include "drivers/run/run_state.hpp"
#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {

int status_verb(const Invocation& call) {
  require(call.line.positional.size() == 1,
          "nmc status takes one DIR: an output directory (nmc status runs/job)");
  const std::filesystem::path directory(call.line.positional[0]);
  const RunState state = read_run_state(directory);
  std::fputs((call.line.has("json") ? state_json(state) : state_text(state)).c_str(), stdout);
  return state_code(state);
}

}  // namespace nmc::drivers
