#include "drivers/report/summary_json.hpp"

namespace nmc::drivers {

JsonLine summary_json(const std::string& name, const statistics::ChainSummary& s) {
  JsonLine json;
  json.add("name", name)
      .add("mean", s.mean)
      .add("error", s.error)
      .add("tau_int", s.tau_int)
      .add("tau_int_error", s.tau_int_error)
      .add("rhat", s.rhat)
      .add("rhat_bulk", s.rhat_bulk)
      .add("rhat_folded", s.rhat_folded)
      .add("ess_bulk", s.ess_bulk)
      .add("ess_tail", s.ess_tail)
      .add("mcse_mean", s.mcse_mean);
  return json;
}

}  // namespace nmc::drivers
