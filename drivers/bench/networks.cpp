#include <fmt/format.h>

#include <memory>
#include <utility>

#include "drivers/bench/benchmark.hpp"
#include "models/flows/continuous/continuous_flow.hpp"
#include "models/flows/continuous/kernel_flow.hpp"
#include "models/flows/conv/conv_layout.hpp"
#include "models/flows/coupling/mera.hpp"
#include "models/symmetry/symmetrised_latent.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/systems/dual_ising.hpp"
#include "physics/systems/phi4.hpp"

namespace nmc::drivers {
namespace {

constexpr Index kBatch = 512;

/// The headline net of anchors.md and variants of it on the critical L×L torus.
struct Case {
  int L = 8;
  int hidden = 10;
  Precision precision = Precision::single;

  [[nodiscard]] std::string label() const {
    return fmt::format("L{}_h{}_{}", L, hidden,
                       precision == Precision::single ? "float" : "double");
  }
};

std::unique_ptr<SymmetrisedFlow> make_net(const Case& c) {
  NeuralRgSpec spec;
  spec.L = c.L;
  spec.hidden = {c.hidden, c.hidden, c.hidden};
  auto flow = std::make_unique<BijectorFlow>(neural_rg_layers(spec), c.precision, 1);
  const Index sites = flow->sites();
  return std::make_unique<SymmetrisedFlow>(std::move(flow), z2_group(sites));
}

std::vector<Measurement> training_step(const Case& c) {
  const DualIsing target(make_graph(torus({c.L, c.L})), kBetaCritical);
  const auto model = make_net(c);
  return {time_of_training_step("training_step_" + c.label(), *model, target, kBatch)};
}

// One gradient of the latent potential: what a leapfrog step costs.
std::vector<Measurement> latent_leapfrog(const Case& c) {
  const DualIsing target(make_graph(torus({c.L, c.L})), kBetaCritical);
  const auto model = make_net(c);
  const SymmetrisedLatent latent(*model, target);
  Batch z(kBatch, model->sites());
  fill_normal({1, 0, 0, Purpose::test}, z);
  Batch grad;
  return {time_of("latent_leapfrog_" + c.label(), [&] { (void)latent.log_density_grad(z, grad); })};
}

/// The net of the introduction by Albergo et al. (2021): 16 couplings, two hidden layers of 8
/// channels, kernels of 3×3, on φ⁴.
std::vector<Measurement> conv_step(Index L, Precision precision, const std::string& name) {
  const Phi4 target(torus({L, L}), -4, 8);
  ConvSpec spec;
  spec.extents = {L, L};
  spec.net.channels = {8, 8};
  spec.net.activation = simd::Activation::elu;
  BijectorFlow flow(conv_layers(spec, 16), precision, 1);
  constexpr Index kConvBatch = 256;
  return {time_of_training_step(name, flow, target, kConvBatch)};
}

Benchmark conv_benchmark(Index L, Precision precision) {
  const std::string name =
      fmt::format("conv_step_L{}_{}", L, precision == Precision::single ? "float" : "double");
  return {name, "one training step of convolutional couplings, batch 256",
          [=] { return conv_step(L, precision, name); }};
}

/// Proposals of a kernel flow, ln q and action included, in the steps that one of φ⁴ at ξ = L/4
/// takes after its training.
Benchmark kernel_benchmark(Index L, int steps) {
  const std::string name = fmt::format("kernel_flow_draws_L{}", L);
  return {name, "512 draws of a kernel flow with their action", [=] {
            const Phi4 target(torus({L, L}), -4, 5);
            KernelFieldShape shape;
            shape.extents = {L, L};
            shape.steps = steps;
            BijectorFlow::Layers layers;
            layers.push_back(std::make_unique<KernelFlow>(shape));
            const BijectorFlow flow(std::move(layers), Precision::single, 1);
            return std::vector<Measurement>{
                time_of(name, [&] { (void)target.log_density(flow.sample({1}, kBatch).x); })};
          }};
}

/// A step of maximum likelihood of a continuous flow of the plane, 3 layers of 64 units, 8 steps of
/// Runge–Kutta: inference of 512 points and its gradient.
Benchmark continuous_benchmark() {
  const std::string name = "continuous_step_float";
  return {name, "512 points through a continuous flow and back, with the gradient", [=] {
            ContinuousSpec spec;
            spec.sites = 2;
            spec.hidden = {64, 64, 64};
            BijectorFlow::Layers layers;
            layers.push_back(std::make_unique<ContinuousFlow>(std::move(spec)));
            BijectorFlow flow(std::move(layers), Precision::single, 1);
            const Batch x = flow.sample({1}, kBatch).x;
            std::vector<double> grad(flow.parameters().size());
            return std::vector<Measurement>{time_of(name, [&] {
              flow.add_grad(x, Column::Constant(kBatch, -1.0 / kBatch), grad);
              flow.parameters_changed();
            })};
          }};
}

}  // namespace

std::vector<Benchmark> network_benchmarks() {
  std::vector<Benchmark> all{conv_benchmark(8, Precision::single),
                             conv_benchmark(16, Precision::single),
                             conv_benchmark(8, Precision::twice),
                             kernel_benchmark(12, 8),
                             kernel_benchmark(32, 10),
                             continuous_benchmark()};
  for (const Case c : {Case{8}, Case{16}, Case{16, 32}, Case{16, 64}, Case{8, 10, Precision::twice},
                       Case{16, 10, Precision::twice}}) {
    all.push_back({"training_step_" + c.label(), "one training step, batch 512, Z2",
                   [c] { return training_step(c); }});
    all.push_back({"latent_leapfrog_" + c.label(), "one latent force of 512 chains, Z2",
                   [c] { return latent_leapfrog(c); }});
  }
  return all;
}

}  // namespace nmc::drivers
