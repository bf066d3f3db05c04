#pragma once

#include "drivers/latent/latent_report.hpp"
#include "drivers/page/section.hpp"

namespace nmc::drivers::latent {

/// Sections of the page; empty ones where the report has no such thing.
[[nodiscard]] page::Section effective_section(const Report& report);
[[nodiscard]] page::Section walks_section(const Report& report);

}  // namespace nmc::drivers::latent
