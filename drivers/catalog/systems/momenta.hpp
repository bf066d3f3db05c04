#pragma once

#include "drivers/catalog/entries/entry.hpp"

namespace nmc::catalog {

/// The entry of a system of real numbers with the key `mass`: above 0 its numbers are positions,
/// each with a momentum of that mass beside it.
[[nodiscard]] SystemEntry with_momenta(SystemEntry entry);

}  // namespace nmc::catalog
