#pragma once

#include <string>

#include "drivers/latent/hmc_traces.hpp"
#include "drivers/latent/latent_report.hpp"
#include "drivers/page/explorer.hpp"

namespace nmc::drivers::latent {

/// What the page of a network shows beside its report.
struct PageParts {
  page::Explorer grid;
};

/// A page of one file: sliders, the strip from coarse to fine, receptive fields, information,
/// regressions and traces.
[[nodiscard]] std::string latent_page(const Report& report, const PageParts& parts);

}  // namespace nmc::drivers::latent
