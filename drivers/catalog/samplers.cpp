#include "drivers/catalog/tables.hpp"

namespace nmc::catalog {

std::vector<SamplerEntry> make_samplers() {
  return {};
}

}  // namespace nmc::catalog
