#include <fmt/format.h>

#include <memory>
#include <utility>

#include "drivers/catalog/samplers/cluster_samplers.hpp"
#include "models/energy/machine_file.hpp"
#include "models/energy/rbm_gibbs.hpp"
#include "samplers/gibbs/block_gibbs.hpp"
#include "samplers/proposal/metropolis_hastings.hpp"
#include "samplers/proposal/reversible_steps.hpp"

namespace nmc::catalog {
namespace {

std::unique_ptr<ReversibleSampler> gibbs_of(const Rbm& rbm) {
  if (rbm.sites() * rbm.hidden() >= RbmGibbs::kFewestWeights)
    return std::make_unique<RbmGibbs>(rbm);
  return std::make_unique<BlockGibbs>(rbm, rbm);
}

/// ReversibleSteps of a machine that it owns.
class Recommender final : public Proposal {
 public:
  Recommender(std::unique_ptr<const Rbm> rbm, Index steps)
      : rbm_(std::move(rbm)), gibbs_(gibbs_of(*rbm_)), steps_(*gibbs_, steps) {}
  [[nodiscard]] Index sites() const override { return steps_.sites(); }
  [[nodiscard]] Support support() const override { return steps_.support(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override {
    steps_.init(state, streams, chains);
  }
  [[nodiscard]] Proposed propose(const ChainState& state, const Streams& streams,
                                 Index attempt) const override {
    return steps_.propose(state, streams, attempt);
  }
  [[nodiscard]] ProposalTraits traits() const override { return steps_.traits(); }

 private:
  std::unique_ptr<const Rbm> rbm_;
  std::unique_ptr<ReversibleSampler> gibbs_;
  ReversibleSteps steps_;
};

// A missing file is no use where no machine fits.
void require_machine(const Options& options, const System& system) {
  const Support::Kind kind = system.target->support().kind;
  if (kind == Support::Kind::real || kind == Support::Kind::angle)
    options.fail("name", fmt::format("a machine recommends spins, and {} has none: use metropolis",
                                     system.name));
  if (options.text("file").empty())
    options.fail("file",
                 "which machine? [learn] trains one on configurations of this system; without one "
                 "use metropolis");
}

SamplerParts make_recommender(const Options& options, const System& system, const Trainable*) {
  require_machine(options, system);
  auto proposal =
      std::make_unique<Recommender>(read_machine(options.text("file")), options.integer("k"));
  try {
    return {nullptr, std::make_unique<MetropolisHastings>(*system.target, std::move(proposal))};
  } catch (const UserError& error) {
    options.fail("file", fmt::format("{}: {}; train a machine on configurations of this system, "
                                     "[learn] units = spin for spins",
                                     options.text("file"), error.what()));
  }
}

}  // namespace

SamplerEntry recommender_entry() {
  SamplerEntry entry;
  entry.name = "rbm_recommender";
  entry.summary = "k steps of block Gibbs of a trained machine, accepted by both free energies";
  entry.options = {
      option::with_path(option::text("file", "", "the machine, as [learn] wrote it; needed"),
                        PathForm::file),
      option::integer("k", "1", "[1, 1e6]", "steps v, h, v of the machine")};
  entry.example = "[sampler]\nname = rbm_recommender\nfile = runs/machine/model.h5\nchains = 64\n";
  entry.make = make_recommender;
  return entry;
}

}  // namespace nmc::catalog
