#include "drivers/catalog/entries/user_system.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>
#include <numeric>

namespace nmc::catalog {

void set_user_lattice(Index sites, const std::vector<Index>& extents, System& system) {
  require(sites >= 1,
          fmt::format("{}: sites() says {}; a system has one or more", system.name, sites));
  system.extents = extents;
  system.has_lattice = !extents.empty();
  system.summary = fmt::format("{} sites, beta {:.10g}", sites, system.beta);
  if (!system.has_lattice) {
    system.extents = {sites};
    system.lattice_advice = "give it one by extents() of its class";
    return;
  }
  const std::string text = fmt::format("{}", fmt::join(extents, "x"));
  const Index product =
      std::accumulate(extents.begin(), extents.end(), Index{1}, std::multiplies<>());
  require(product == sites, fmt::format("{}: extents() says {}, which are {} sites, and sites() "
                                        "says {}",
                                        system.name, text, product, sites));
  system.summary = text + ", " + system.summary;
}

SystemEntry user_entry(const UserKeys& keys) {
  SystemEntry entry;
  entry.name = keys.name;
  entry.summary = "a system of this program, p = exp(-beta H)";
  entry.options = keys.options;
  entry.options.push_back(option::real("beta", "1", "[0, inf)", "inverse temperature"));
  entry.example = fmt::format("[system]\nname = {}\nbeta = 1\n", keys.name);
  return entry;
}

}  // namespace nmc::catalog
