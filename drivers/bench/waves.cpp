#include <string>
#include <utility>
#include <vector>

#include "core/roles/local_energy.hpp"
#include "drivers/bench/benchmark.hpp"
#include "models/circuits/circuit_model.hpp"
#include "models/wave/rbm_wave.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/quantum/hamiltonians.hpp"
#include "samplers/wave/wave_metropolis.hpp"

namespace nmc::drivers {
namespace {

constexpr Index kSpins = 40, kWalkers = 64;

/// A machine of as many hidden units as spins, in a state that is walked on.
struct Walk {
  explicit Walk(bool is_complex)
      : psi(RbmWave::random({kSpins, kSpins, is_complex}, 0.05, 1)), sampler(*psi, {}) {
    sampler.init(state, {.seed = 1}, kWalkers);
  }
  std::unique_ptr<RbmWave> psi;
  WaveMetropolis sampler;
  ChainState state{};
};

std::string named(const std::string& name, bool is_complex) {
  return name + (is_complex ? "_complex" : "");
}

/// Sweeps of one chain, and local energies of one configuration.
std::vector<Measurement> rbm_walk(bool is_complex) {
  constexpr Index kSweeps = 50;
  Walk walk(is_complex);
  std::uint64_t step = 1;
  Measurement sweep = time_of(named("wave_sweep", is_complex), [&] {
    (void)walk.sampler.steps(walk.state, {.seed = 1, .step = step}, kSweeps);
    step += kSweeps;
  });
  sweep.value *= 1e6 / static_cast<double>(kSweeps * kWalkers);
  sweep.unit = "us per chain";
  const PauliSum H = transverse_ising(make_graph({{kSpins}, {true}}), 1);
  Measurement energy = time_of(named("wave_local_energy", is_complex),
                               [&] { (void)local_energies(H, *walk.psi->chains(walk.state.x)); });
  energy.value *= 1e6 / static_cast<double>(kWalkers);
  energy.unit = "us per configuration";
  return {sweep, energy};
}

/// A gradient of a circuit by both rules.
std::vector<Measurement> circuit_gradients() {
  constexpr Index kQubits = 12, kDepth = 4;
  const Circuit circuit = layered_circuit(kQubits, kDepth, Entangler::chain);
  const std::vector<double> angles(circuit.angles, 0.3);
  const std::vector<double> v(std::size_t{1} << kQubits, 0.5);
  std::vector<double> grad(circuit.angles);
  const Measurement adjoint = time_of("circuit_adjoint", [&] {
    add_adjoint_gradient({circuit, angles}, run({circuit, angles}), v, grad);
  });
  const Measurement shift = time_of("circuit_shift", [&] {
    add_shift_gradient({circuit, angles}, v, grad);
  });
  return {
      adjoint, shift, {"circuit_shift_over_adjoint", shift.value / adjoint.value, "times", 0, 1}};
}

}  // namespace

std::vector<Benchmark> wave_benchmarks() {
  return {{"wave_rbm", "sweeps and local energies of a real machine of 40 spins, 40 hidden units",
           [] { return rbm_walk(false); }},
          {"wave_rbm_complex", "the same of a complex machine", [] { return rbm_walk(true); }},
          {"circuit_gradient", "a gradient of 12 qubits and 4 layers by both rules",
           circuit_gradients}};
}

}  // namespace nmc::drivers
