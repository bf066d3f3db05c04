#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/batch.hpp"
#include "core/errors.hpp"
#include "core/random/streams.hpp"
#include "core/roles/beta_range.hpp"
#include "core/spins/spins.hpp"

/// The four roles. Read this page first.
///
/// Every function takes a batch, (chains, sites). Implementations are const, serial and free of
/// hidden state, and a chain's numbers do not depend on which other chains share its batch (bit for
/// bit; contract `RowIndependence`). The caller cuts the chains into chunks and runs chunks on
/// threads and ranks (core/parallel), so results are the same for every number of either.
namespace nmc {

/// What a configuration's entries are: spins ±1 or real numbers.
enum class Support { spin, real };

/// One step of a leapfrog with unit mass, of each chain, (chains).
struct LeapfrogStep {
  Column drift;  ///< x += drift·v
  Column kick;   ///< v += kick·∇ln p(x)
};

/// An unnormalised density over configurations.
class Target {
 public:
  virtual ~Target() = default;
  [[nodiscard]] virtual Index sites() const = 0;
  [[nodiscard]] virtual Support support() const = 0;
  /// ln of the unnormalised density of each chain, (chains).
  [[nodiscard]] virtual Column log_density(const Batch& x) const = 0;
  /// The same with its gradient by x, (chains, sites); grad is resized. Throws UserError when the
  /// target is not differentiable.
  virtual Column log_density_grad(const Batch& x, Batch& grad) const;
  [[nodiscard]] virtual bool is_differentiable() const { return false; }
  /// Moves x by the velocities v, then v by the gradient at the new x, which goes to grad unless
  /// that is null; returns ln p at the new x. For targets that do it in one pass over memory.
  virtual Column drift_kick(const LeapfrogStep& step, Batch& x, Batch& v, Batch* grad) const;
  /// Chains that one call should be given for full speed.
  [[nodiscard]] virtual Index preferred_chunk() const { return 64; }
};

/// Draws of a model: configurations and their normalised log-densities, always together.
struct Draw {
  Batch x;       ///< (chains, sites)
  Column log_q;  ///< (chains)
};

/// A normalised, trainable density.
class Model {
 public:
  virtual ~Model() = default;
  [[nodiscard]] virtual Index sites() const = 0;
  [[nodiscard]] virtual Support support() const = 0;
  /// `chains` draws with their log q in one pass; chain c uses the numbers of first_chain + c.
  [[nodiscard]] virtual Draw sample(const Streams& streams, Index chains) const = 0;
  /// ln q(x), (chains).
  [[nodiscard]] virtual Column log_prob(const Batch& x) const = 0;
  /// grad += Σ_chains weight(chain) ∇_parameters ln q(x(chain)); grad has parameters().size().
  virtual void add_grad(const Batch& x, const Column& weight, std::span<double> grad) const = 0;
  /// All trainable numbers, one contiguous span, in double whatever the network computes in.
  [[nodiscard]] virtual std::span<const double> parameters() const = 0;
  [[nodiscard]] virtual std::span<double> parameters() = 0;
  /// Call after writing to parameters(): kernels keep weights in a packed form of their own.
  virtual void parameters_changed() {}
};

/// A model that can be trained on draws of its own.
class Trainable : public Model {
 public:
  /// The reverse Kullback-Leibler loss of the chains of one chunk. Returns ln q(x) - ln p(x) of
  /// each chain, p the target's unnormalised density, at the very x of sample(streams, chains),
  /// and adds an unbiased estimate of the gradient of its sum over the chains to grad unless grad
  /// is empty.
  virtual Column loss_grad(const Target& target, const Streams& streams, Index chains,
                           std::span<double> grad) const = 0;
  /// Whether loss_grad() differentiates the target.
  [[nodiscard]] virtual bool needs_target_gradient() const { return false; }

  /// Inverse temperatures for which this is one network, with beta as an input; none where it is a
  /// network of one target. Such a network has a beta of its own, at which it is asked for draws
  /// and densities; loss_grad() alone works at the beta of a SpinTarget that it is given.
  [[nodiscard]] virtual std::optional<BetaRange> beta_range() const { return {}; }
  /// Only where there is a beta_range(); UserError outside it.
  virtual void set_beta(double beta);
  /// The same network at another beta, for reading: it has the parameters of this one, which must
  /// outlive it. Only where there is a beta_range(); UserError outside it.
  [[nodiscard]] virtual std::unique_ptr<Trainable> at_beta(double beta) const;
};

/// Which unbiased gradient of a reparametrised loss is taken.
enum class Gradient {
  total,  ///< of the draw's own loss: through x = g(z) and through ln q at fixed x
  path,   ///< through x = g(z) alone; the rest has mean zero (Roeder et al. 2017, Vaitl et al.
          ///< 2022), so that the noise vanishes where q is the target
};

/// A model whose draws depend smoothly on its parameters at fixed random numbers.
class Reparametrised : public Trainable {
 public:
  [[nodiscard]] bool needs_target_gradient() const override { return true; }
  /// total by default.
  void set_gradient(Gradient gradient) { gradient_ = gradient; }

 protected:
  Gradient gradient_ = Gradient::total;
};

/// A model of spins that are drawn one token after the other, a token being one spin or a few:
/// q(s) = Π_t q(s_t | s_<t).
class Autoregressive : public Trainable {
 public:
  [[nodiscard]] Support support() const override { return Support::spin; }
  /// Number of tokens.
  [[nodiscard]] virtual Index tokens() const = 0;
  /// The sites in the order in which they are drawn, token after token, (sites).
  [[nodiscard]] virtual std::span<const Index> order() const = 0;
  /// Keeps the first kept[c] tokens of chain c of s and draws the others given them; log_q is that
  /// of the whole configuration. Both kept and redrawn, ln q(s') - ln q(s) is the logarithm of the
  /// ratio of proposal densities, because the prefix has the same q in both.
  [[nodiscard]] virtual Draw redraw(const Batch& s, std::span<const Index> kept,
                                    const Streams& streams) const = 0;
  /// ln q(s_t | s_<t), (chains, tokens).
  [[nodiscard]] virtual Batch log_conditionals(const Batch& s) const = 0;
  /// at_beta() of a network that stays autoregressive.
  [[nodiscard]] virtual std::unique_ptr<Autoregressive> network_at(double beta) const;

  [[nodiscard]] std::unique_ptr<Trainable> at_beta(double beta) const override {
    return network_at(beta);
  }
  [[nodiscard]] Draw sample(const Streams& streams, Index chains) const override;
  [[nodiscard]] Column log_prob(const Batch& s) const override;
};

/// Image of a batch under a bijection, and ln |det Jacobian| of the map that was applied.
struct Mapped {
  Batch y;         ///< (chains, sites)
  Column log_det;  ///< (chains)
};

/// A model that is a bijection g of a standard normal: x = g(z), z ~ N(0, 1) per site,
/// ln q(x) = ln N(z) - ln |det dg/dz|.
class Flow : public Reparametrised {
 public:
  [[nodiscard]] Support support() const override { return Support::real; }
  /// x = g(z) with ln |det dx/dz|.
  [[nodiscard]] virtual Mapped forward(const Batch& z) const = 0;
  /// z = g^{-1}(x) with ln |det dz/dx|.
  [[nodiscard]] virtual Mapped inverse(const Batch& x) const = 0;
  /// Vector-Jacobian product of forward. For S(z, θ) = Σ_chains [ gx·x + g_log_det·log_det ]:
  /// returns dS/dz (chains, sites) and, where grad is not empty, adds dS/dθ to it. x is the output
  /// of forward; the inputs are recomputed by inverting layer by layer, nothing is stored.
  virtual Batch forward_vjp(const Batch& x, const Batch& gx, const Column& g_log_det,
                            std::span<double> grad) const = 0;
  /// The same for inverse: z is its output, gz the cotangent of z. Returns dS/dx.
  virtual Batch inverse_vjp(const Batch& z, const Batch& gz, const Column& g_log_det,
                            std::span<double> grad) const = 0;

  [[nodiscard]] Draw sample(const Streams& streams, Index chains) const override;
  [[nodiscard]] Column log_prob(const Batch& x) const override;
  void add_grad(const Batch& x, const Column& weight, std::span<double> grad) const override;
  Column loss_grad(const Target& target, const Streams& streams, Index chains,
                   std::span<double> grad) const override;
  /// The same at given latent variables z.
  virtual Column loss_grad_at(const Target& target, const Batch& z, std::span<double> grad) const;
};

/// ln of the standard normal density of each chain, (chains).
[[nodiscard]] Column log_normal_density(const Batch& z);

/// The chains of one chunk with everything that is cached for their current configuration.
/// A sampler fills the caches it needs in init() and keeps them current in step(). Spins may be
/// packed: then x is (0, 0), and configurations() is their Batch.
struct ChainState {
  Batch x;       ///< (chains, sites)
  Column log_p;  ///< target's log_density at x
  Batch grad;    ///< its gradient at x; (0, 0) when the sampler does not use it
  Column log_q;  ///< proposal's log q at x; (0) when the sampler does not use it
  Spins spins{};
  /// What else a sampler remembers of each chain (tempering: which replica sits where), (chains,
  /// numbers); (0, 0) when it remembers nothing.
  Batch memory{};
  /// H of the spins, (chains), of samplers that keep it, so that it is not summed again where it is
  /// measured or exchanged; (0) when the sampler does not.
  Column energy{};

  [[nodiscard]] Index chains() const { return spins.empty() ? x.rows() : spins.rows(); }
  [[nodiscard]] Batch configurations() const { return spins.empty() ? x : spins.unpack(); }
};

/// What a part of a composed sampler cost.
struct PartCost {
  Index runs = 0;  ///< steps of this part
  double cpu_seconds = 0;
};

/// What one step did, one number per chain.
struct StepInfo {
  Column acceptance;  ///< acceptance probability (mean over the parts of a composed step), 0 … 1
  Column accepted;    ///< 1 where the proposal was taken
  Column diverging;   ///< 1 where a trajectory diverged or a proposal was not finite
  double step_size = 0;
  Index n_steps = 0;  ///< gradient evaluations per chain
  /// Acceptance of each part of a composed step, (chains, parts), NaN for a part that was not run;
  /// (0, 0) where the step has one part.
  Batch part_acceptance;
  /// Of each part of part_names(), for all chains together.
  std::vector<PartCost> part_costs{};
};

/// Pooled over all chains of all ranks, the same numbers on every rank.
struct WarmupStep {
  Index step = 0;     ///< 0 … warmup-1
  Index warmup = 0;   ///< number of warm-up steps in all
  Column acceptance;  ///< mean acceptance of each part, (parts); (1) where the step has one part;
                      ///< NaN for a part that was not run
  /// Current configurations of all chains (all chains, sites); empty unless wants_configurations.
  Batch x;
};

/// A Markov kernel that leaves its target invariant. It holds no chain state and no generator; what
/// is tuned in warm-up is frozen before the first measured draw.
class Sampler {
 public:
  virtual ~Sampler() = default;
  [[nodiscard]] virtual Index sites() const = 0;
  /// Draws starting configurations if state.x is empty (0 sites), else keeps x; fills the caches.
  virtual void init(ChainState& state, const Streams& streams, Index chains) const = 0;
  /// One step of every chain. streams.step is unique for the step; the sampler sets the purpose.
  virtual StepInfo step(ChainState& state, const Streams& streams) const = 0;
  /// The same as `count` calls of step() at streams.step, streams.step + 1, …, for samplers whose
  /// single step is too short to pay for its bookkeeping. acceptance is that of the last one;
  /// accepted and diverging are 1 where they were in any.
  virtual StepInfo steps(ChainState& state, const Streams& streams, Index count) const;
  /// Whether steps() is more than a loop, so that it may stand for single steps.
  [[nodiscard]] virtual bool has_fast_steps() const { return false; }
  /// Steps between two draws where the job does not say: so many that keeping a draw is cheap
  /// beside them.
  [[nodiscard]] virtual Index steps_per_draw() const { return 1; }
  /// Chains that one call should be given for full speed.
  [[nodiscard]] virtual Index preferred_chunk() const { return 64; }
  /// Rows of the state that belong together (the temperatures of one ladder) and are one chain to
  /// the user. In every other place of this interface `chains` and first_chain count rows.
  [[nodiscard]] virtual Index rows_per_chain() const { return 1; }
  /// Names of the parts whose acceptances and costs are worth telling apart: the columns of
  /// part_acceptance. Empty where there is one part.
  [[nodiscard]] virtual std::vector<std::string> part_names() const { return {}; }

  [[nodiscard]] virtual bool wants_adaptation() const { return false; }
  [[nodiscard]] virtual bool wants_configurations(Index /*step*/, Index /*warmup*/) const {
    return false;
  }
  virtual void adapt(const WarmupStep& /*pooled*/) {}
  /// What adapt() has set (step size, mass, its counters): all that a checkpoint must hold.
  [[nodiscard]] virtual std::vector<double> tuning() const { return {}; }
  virtual void set_tuning(std::span<const double> /*tuning*/) {}
  /// Configuration in the target's own space: g(x) for samplers that walk in a latent space. The
  /// streams are those of the step that led here: a symmetrised flow draws its group element.
  [[nodiscard]] virtual Batch physical(const ChainState& state, const Streams& /*streams*/) const {
    return state.configurations();
  }
};

/// Columns of numbers measured on a batch of configurations.
class Observable {
 public:
  virtual ~Observable() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  /// One number per chain, (chains).
  [[nodiscard]] virtual Column measure(const Batch& x) const = 0;
  /// The same of packed spins, without unpacking them; only where reads_packed().
  [[nodiscard]] virtual Column measure_packed(const Spins& spins) const {
    return measure(spins.unpack());
  }
  [[nodiscard]] virtual bool reads_packed() const { return false; }
  /// Another observable of which this one is a function, so that several of them cost one
  /// measurement; null where there is none.
  [[nodiscard]] virtual const Observable* base() const { return nullptr; }
  /// The value where base() has `values`, (chains).
  [[nodiscard]] virtual Column of_base(const Column& values) const { return values; }
  /// Whether it is the target's energy H, which spin samplers keep with their state.
  [[nodiscard]] virtual bool is_energy() const { return false; }
  /// Whether it is measured on the products s^a s^b (core/spins/replica_products.hpp) of chains
  /// 2k and 2k + 1, two independent replicas, and so has one value for both. The same as that of
  /// its base.
  [[nodiscard]] virtual bool is_of_pairs() const { return false; }
  /// Whether it contains the target's temperature, so that it says nothing about the other rungs of
  /// a ladder.
  [[nodiscard]] virtual bool has_temperature() const { return false; }
};

}  // namespace nmc
