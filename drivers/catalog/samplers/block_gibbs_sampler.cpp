#include "drivers/catalog/samplers/block_gibbs_sampler.hpp"

#include <fmt/format.h>

#include <utility>

#include "drivers/catalog/read/read_order.hpp"
#include "drivers/catalog/samplers/classical.hpp"
#include "models/energy/rbm_gibbs.hpp"
#include "samplers/cluster/swendsen_wang.hpp"
#include "samplers/gibbs/updated_block_gibbs.hpp"
#include "samplers/local/local_spins.hpp"

namespace nmc::catalog {
namespace {

SamplerParts make_block_gibbs(const Options& options, const System& system, const Trainable*) {
  if (system.auxiliary == nullptr && (system.name == "rbm" || system.name == "dbm"))
    options.fail("name",
                 "block_gibbs draws the units of a machine in turn at beta = 1 alone: set "
                 "beta = 1, or use heat_bath");
  if (system.auxiliary == nullptr)
    options.fail("name", fmt::format("block_gibbs draws spins and fields in turn; {} has no such "
                                     "pair. Use {}",
                                     system.name, local_samplers(system) + or_dual_field(system)));
  const Index updates = options.integer("updates");
  // Blocks say nothing of weights; a large machine is drawn by tables of its own.
  if (const auto* rbm = dynamic_cast<const Rbm*>(system.auxiliary);
      rbm != nullptr && updates == 0 && rbm->sites() * rbm->hidden() >= RbmGibbs::kFewestWeights)
    return {nullptr, std::make_unique<RbmGibbs>(*rbm)};
  if (updates == 0)
    return {nullptr, std::make_unique<BlockGibbs>(*system.auxiliary, *system.target)};
  if (system.auxiliary_spins == nullptr)
    options.fail("updates", fmt::format("the hidden units of {} have no couplings among themselves "
                                        "by which they could be updated: leave updates out",
                                        system.name));
  const SpinTarget& spins = *system.auxiliary_spins;
  UpdatedBlockGibbs::SpinUpdates between{nullptr, updates};
  if (is_ferromagnet(spins.graph()))
    between.sampler = std::make_unique<SwendsenWang>(spins, SpinStart::random);
  else
    between.sampler =
        std::make_unique<LocalSpins>(spins, LocalSpinsOptions{LocalRule::heat_bath, {}, {}});
  return {nullptr, std::make_unique<UpdatedBlockGibbs>(*system.auxiliary, *system.target,
                                                       std::move(between))};
}

}  // namespace

SamplerEntry block_gibbs_entry() {
  return {{"block_gibbs",
           "spins given the field and the field given the spins, or hidden and visible units of a "
           "machine, "
           "drawn exactly in turn",
           {option::integer("updates", "0", "[0, 1000000]",
                            "of the spins between the two: all clusters of a "
                            "ferromagnet, else heat-bath sweeps")},
           "[sampler]\nname = block_gibbs\nchains = 64\nupdates = 2\n"},
          false,
          false,
          make_block_gibbs};
}

}  // namespace nmc::catalog
