#include "drivers/sample/classical_chains.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "core/chain_rows.hpp"
#include "core/random/philox.hpp"
#include "drivers/catalog/samplers/classical.hpp"

namespace nmc::drivers {
namespace {

using catalog::Classical;

/// What classical chains are for: none of them shares a number with another, or with the run.
enum class Use : std::uint64_t { forward = 0, start = 1 };  // start + r: of rung r of a ladder

// A key of its own: the run's chains count their steps from 0 under the run's.
std::uint64_t seed_of(std::uint64_t seed, std::uint64_t use) {
  constexpr std::uint32_t kNoChain = 0xFFFFFFFFU;
  const auto words = philox_block(
      {.seed = seed, .step = use, .first_chain = kNoChain, .purpose = Purpose::init}, 0, 0);
  return (std::uint64_t{words[1]} << 32) | words[0];
}

SimulationOptions options_of(const Classical& classical, Index chains, std::uint64_t seed) {
  SimulationOptions options;
  options.chains = chains;
  options.warmup = classical.warmup;
  options.draws = 1;
  options.seed = seed;
  options.chunk = classical.parts.sampler->traits().preferred_chunk;
  return options;
}

// The rows of a ladder that are at the system's own temperature.
Batch last_rungs(const Batch& rows, Index rungs) {
  return rows(ChainRows::among(rows.rows(), rungs).of_rung(rungs - 1), Eigen::all);
}

/// The configurations of all chains after the warm-up of the classical sampler, (chains, sites).
Batch warmed_up(const System& system, const SimulationOptions& plan, std::uint64_t use,
                const Session& session) {
  const Classical classical = catalog::make_classical(system, plan.chains);
  Simulation simulation(*classical.parts.sampler, {},
                        options_of(classical, plan.chains, seed_of(plan.seed, use)),
                        session.ranks(), session.threads());
  simulation.run();
  const Batch all = session.ranks().gather_rows(simulation.configurations());
  return last_rungs(all, classical.rows_per_chain);
}

Batch start_of_ladder(const Plan& plan, const Session& session) {
  const auto& betas = plan.tempering->betas();
  const Index rungs = std::ssize(betas);
  Batch all;
  for (Index rung = 0; rung < rungs; ++rung) {
    const auto here = plan.system.at_beta(betas[static_cast<std::size_t>(rung)]);
    const auto use = static_cast<std::uint64_t>(Use::start) + static_cast<std::uint64_t>(rung);
    const Batch x = warmed_up(*here, plan.simulation, use, session);
    const ChainRows rows(x.rows(), rungs);
    if (all.size() == 0) all.resize(rows.rows(), x.cols());
    all(rows.of_rung(rung), Eigen::all) = x;
  }
  return all;
}

// Most chains that run side by side; each then gives a few configurations.
constexpr Index kMostChains = 256;
// ln w of a configuration for which the network has no finite density: it never gets there.
constexpr double kUnreached = 1e6;

/// Weighs the configurations of classical chains as they come, so that none has to be kept.
class Weighing {
 public:
  Weighing(const Plan& plan, const Session& session, const Simulation& simulation, Index rungs)
      : plan_(plan), session_(session), simulation_(simulation), rungs_(rungs) {}

  void add(const Segment& segment) {
    const ChainRows rows = ChainRows::among(simulation_.local_rows().count, rungs_);
    const Index sites = plan_.system.target->sites();
    using Rows = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    for (Index k = 0; k < segment.kept.count; ++k) {
      const Eigen::Map<const Rows> all(segment.configurations->data() + k * rows.rows() * sites,
                                       rows.rows(), sites);
      weigh(all(rows.of_rung(rungs_ - 1), Eigen::all));
    }
  }

  /// (draws, chains) of all ranks.
  [[nodiscard]] statistics::Chains log_weight() const { return gather(log_weight_); }
  [[nodiscard]] statistics::Chains log_p() const { return gather(log_p_); }

 private:
  void weigh(const Batch& x) {
    const Index chunks = (x.rows() + kChunk - 1) / kChunk;
    Column log_p(x.rows()), log_weight(x.rows());
    session_.threads().for_each(chunks, [&](Index chunk) {
      const Index first = chunk * kChunk, count = std::min(kChunk, x.rows() - first);
      const Batch rows = x.middleRows(first, count);
      const Column here = plan_.system.target->log_density(rows);
      const Column ln_w = here - plan_.model->log_prob(rows);
      log_p.segment(first, count) = here;
      log_weight.segment(first, count) =
          ln_w.unaryExpr([](double w) { return std::isfinite(w) ? w : kUnreached; });
    });
    log_p_.push_back(log_p);
    log_weight_.push_back(log_weight);
  }

  [[nodiscard]] statistics::Chains gather(const std::vector<Column>& draws) const {
    Batch local(draws.front().size(), std::ssize(draws));
    for (std::size_t draw = 0; draw < draws.size(); ++draw)
      local.col(static_cast<Index>(draw)) = draws[draw];
    return session_.ranks().gather_rows(local).transpose();
  }

  static constexpr Index kChunk = 64;
  const Plan& plan_;
  const Session& session_;
  const Simulation& simulation_;
  Index rungs_;
  std::vector<Column> log_p_, log_weight_;  // a column of this rank's chains per draw
};

}  // namespace

Batch classical_start(const Plan& plan, const Session& session, Range rows) {
  const Batch all = plan.tempering != nullptr
                        ? start_of_ladder(plan, session)
                        : warmed_up(plan.system, plan.simulation,
                                    static_cast<std::uint64_t>(Use::start), session);
  Batch x = all.middleRows(rows.first, rows.count);
  if (!plan.sampler.latent) return x;
  const Streams streams{plan.simulation.seed, 0, static_cast<std::uint32_t>(rows.first),
                        Purpose::init};
  return plan.sampler.latent->latent(x, streams);
}

ForwardDraws forward_draws(const Job& job, const Plan& plan, const Session& session) {
  const Index wanted = job.run.integer("forward");
  if (wanted == 0) return {};
  const Index chains = std::max<Index>(std::min(wanted, kMostChains), session.ranks().size());
  const Classical classical = catalog::make_classical(plan.system, chains);
  const auto seed = static_cast<std::uint64_t>(job.run.integer("seed"));
  SimulationOptions options =
      options_of(classical, chains, seed_of(seed, static_cast<std::uint64_t>(Use::forward)));
  options.draws = (wanted + chains - 1) / chains;
  options.thin = classical.thin;
  options.keep_every = 1;
  Simulation simulation(*classical.parts.sampler, {}, options, session.ranks(), session.threads());
  Weighing weighing(plan, session, simulation, classical.rows_per_chain);
  // Not stopped in between: nothing of it is kept, so that a run would never come past it.
  simulation.run([&](const Segment& segment) {
    if (!segment.is_warmup) weighing.add(segment);
    return true;
  });
  return {classical.name, weighing.log_weight(), weighing.log_p()};
}

}  // namespace nmc::drivers
