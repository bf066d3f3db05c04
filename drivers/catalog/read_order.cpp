#include "drivers/catalog/read_order.hpp"

#include <fmt/format.h>

#include <sstream>

#include "core/options/parse_values.hpp"
#include "drivers/catalog/read_lattice.hpp"

namespace nmc::catalog {

OptionSpec order_option(const char* standard) {
  return option::text("order", standard,
                      "raster, snake, hilbert, or file:PATH with every site's number once");
}

OptionSpec patch_option() {
  return option::text("patch", "", "spins drawn at once, as 2x2; left out: one");
}

void require_spins(const Options& options, const System& system) {
  if (system.spins == nullptr)
    options.fail("name", fmt::format("{} draws spins, and {} has real numbers: use a flow",
                                     options.text("name"), system.name));
}

PatchGrid read_grid(const Options& options, const System& system) {
  return at_key(options, "patch", [&] {
    PatchGrid grid{system.extents, {}};
    std::istringstream words(options.text("patch"));
    for (std::string word; std::getline(words, word, 'x');)
      grid.patch.push_back(parse_integer("patch", word));
    (void)site_order(grid, PatchOrder::raster);
    return grid;
  });
}

std::vector<Index> read_order(const Options& options, const PatchGrid& grid, Index sites) {
  const std::string& name = options.text("order");
  constexpr std::string_view kFile = "file:";
  return at_key(options, "order", [&]() -> std::vector<Index> {
    if (name.starts_with(kFile)) return read_site_order(name.substr(kFile.size()), sites);
    if (name == "raster") return site_order(grid, PatchOrder::raster);
    if (name == "snake") return site_order(grid, PatchOrder::snake);
    if (name == "hilbert") return site_order(grid, PatchOrder::hilbert);
    throw UserError(fmt::format("order = {}: it is raster, snake, hilbert or file:PATH", name));
  });
}

}  // namespace nmc::catalog
