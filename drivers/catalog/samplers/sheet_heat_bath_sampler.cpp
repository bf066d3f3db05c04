#include <fmt/format.h>

#include <utility>

#include "core/errors.hpp"
#include "drivers/catalog/samplers/spin_samplers.hpp"
#include "models/tensor_networks/sheet_heat_bath.hpp"
#include "samplers/proposal/metropolis_hastings.hpp"

namespace nmc::catalog {
namespace {

SamplerParts make_sheet_heat_bath(const Options& options, const System& system, const Trainable*) {
  if (system.spins == nullptr)
    options.fail("name", fmt::format("sheet_heat_bath redraws spins whose couplings are known one "
                                     "by one, and {} is none of them: use metropolis",
                                     system.name));
  if (!system.has_lattice)
    options.fail("name", fmt::format("sheet_heat_bath redraws sheets of a lattice, and {} has "
                                     "none{}{}: use heat_bath",
                                     system.name, system.lattice_advice.empty() ? "" : "; ",
                                     system.lattice_advice));
  try {
    auto sheets = std::make_unique<SheetHeatBath>(system.spins->graph(), system.extents,
                                                  system.beta, options.integer("chi"));
    return {nullptr, std::make_unique<MetropolisHastings>(*system.target, std::move(sheets))};
  } catch (const UserError& error) {
    options.fail("name", fmt::format("{}; or use heat_bath, which takes any graph", error.what()));
  }
}

}  // namespace

SamplerEntry sheet_heat_bath_entry() {
  SamplerEntry entry;
  entry.name = "sheet_heat_bath";
  entry.summary = "all spins of a plane or space but a few drawn at once, by tensor networks";
  entry.options = {option::integer("chi", "8", "[1, 4096]",
                                   "bonds of the tensor networks; more: fewer rejections")};
  entry.example = "[sampler]\nname = sheet_heat_bath\nchains = 64\nchi = 8\n";
  entry.make = make_sheet_heat_bath;
  return entry;
}

}  // namespace nmc::catalog
