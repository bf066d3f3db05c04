#include "drivers/verbs/certify.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "core/errors.hpp"
#include "drivers/certify/certify.hpp"

namespace nmc::drivers {

int certify_verb(const Invocation& call) {
  require(call.line.positional.size() == 1,
          "nmc certify takes one name: a system, sampler, network or observable (nmc list)");
  for (const GivenOption& option : call.line.overrides)
    require(option.section == "system" || option.section == "model" || option.section == "sampler",
            fmt::format("{}: nmc certify takes values of system, model and sampler alone: leave it "
                        "out",
                        option.origin));
  constexpr int kRefused = 4;
  const certify::Checks checks = certify::certify({call.line.positional[0], call.line.overrides});
  fmt::print("{}",
             call.line.has("json") ? certify::json_text(checks) : certify::table_text(checks));
  return certify::is_certified(checks) ? 0 : kRefused;
}

}  // namespace nmc::drivers
