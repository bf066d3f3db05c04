#pragma once

#include <string>
#include <vector>

#include "drivers/anneal/anneal_report.hpp"
#include "drivers/page/curve.hpp"
#include "drivers/report/report.hpp"

namespace nmc::drivers::page {

/// A curve along the temperatures of one run, and which of them are refused.
struct BetaCurve {
  Curve curve;
  std::vector<std::string> refused;
  const char* axis = "β";
  [[nodiscard]] std::string note() const;
};

/// An observable at every temperature of a ladder; it must have one.
[[nodiscard]] BetaCurve ladder_curve(const Report& report, const std::string& observable);
/// lnZ at every temperature of a ladder: by MBAR where that reaches, else by integration.
[[nodiscard]] BetaCurve ladder_lnZ_curve(const Report& report);
[[nodiscard]] std::vector<std::string> ladder_observables(const LadderReport& ladder);

/// An observable, or "lnZ", at the steps of an annealing that a page shows.
[[nodiscard]] BetaCurve anneal_curve(const AnnealReport& report, const std::string& observable);

}  // namespace nmc::drivers::page
