#include "drivers/catalog/read/read_order.hpp"

#include <fmt/format.h>

#include <sstream>
#include <string_view>

#include "core/options/parse_values.hpp"
#include "drivers/catalog/read/read_lattice.hpp"

namespace nmc::catalog {

OptionSpec order_option(const char* standard) {
  return option::with_path(
      option::text("order", standard,
                   "raster, snake, hilbert, or file:PATH with every site's number once"),
      PathForm::prefixed);
}

OptionSpec patch_option() {
  return option::text("patch", "", "spins drawn at once, as 2x2; left out: one");
}

namespace {

/// What to use of a kind of configurations.
const char* network_for(Support support) {
  switch (support.kind) {
    case Support::Kind::spin:
      return "made or another network of spins";
    case Support::Kind::real:
      return "a flow, real_nvp or nice";
    case Support::Kind::angle:
      return "circular_spline";
    case Support::Kind::label:
      break;
  }
  return "a sampler without a network, or tensor_network where one direction is open";
}

}  // namespace

void require_spins(const Options& options, const System& system) {
  if (system.target->support() != Support::spin)
    options.fail("name", fmt::format("{} draws spins, and {} has {}: use {}", options.text("name"),
                                     system.name, in_words(system.target->support()),
                                     network_for(system.target->support())));
}

void require_angles(const Options& options, const System& system) {
  const Support support = system.target->support();
  if (support != Support::angle)
    options.fail("name", fmt::format("{} draws angles, and {} has {}: use {}", options.text("name"),
                                     system.name, in_words(support), network_for(support)));
}

const Graph& couplings_of(const Options& options, const System& system, const char* key) {
  if (system.spins != nullptr) return system.spins->graph();
  const bool is_name = std::string_view(key) == "name";
  options.fail(key,
               fmt::format("{} needs the couplings one by one, and {} is known by its energies "
                           "alone: {}, or give its couplings, as a SpinGraphHamiltonian",
                           is_name ? options.text(key) : std::string(key), system.name,
                           is_name ? "use made or wavenet" : "leave it out"));
}

void require_reals(const Options& options, const System& system) {
  const Support support = system.target->support();
  if (support == Support::real) return;
  const std::string& model = options.text("name");
  // The dual field by itself has no momenta.
  const std::string or_field = model == "symplectic" ? "" : or_dual_field(system);
  options.fail("name", fmt::format("{} draws real numbers, and {} has {}: use {}{}", model,
                                   system.name, in_words(support), network_for(support), or_field));
}

std::string local_samplers(const System& system) {
  const bool is_by_energy =
      system.target->support() == Support::angle && system.coupled_angles == nullptr;
  if (system.target->support() != Support::real && !is_by_energy) return "metropolis or heat_bath";
  return system.target->is_differentiable() ? "hmc or metropolis" : "metropolis";
}

std::string or_dual_field(const System& system) {
  return system.name == "ising" ? ", or system dual_ising" : "";
}

void require_lattice(const Options& options, const System& system, const char* key,
                     const std::string& instead) {
  if (system.has_lattice) return;
  const std::string what = std::string(key) == "name"
                               ? options.text(key)
                               : fmt::format("{} = {}", key, options.text(key));
  options.fail(
      key, fmt::format("{} needs a lattice, and {} has none{}{}: use {}", what, system.name,
                       system.lattice_advice.empty() ? "" : "; ", system.lattice_advice, instead));
}

void require_torus(const Options& options, const System& system) {
  require_reals(options, system);
  require_lattice(options, system, "name", "real_nvp or nice");
  if (system.has_edges)
    options.fail("name", fmt::format("{} has periodic kernels, and {} is no periodic square "
                                     "lattice: use real_nvp or nice",
                                     options.text("name"), system.summary));
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
