#include "tests/contracts/angle_kernels.hpp"

#include <cmath>
#include <stdexcept>

#include "core/fields/directions.hpp"
#include "samplers/cluster/angle_wolff.hpp"
#include "samplers/hamiltonian/hmc.hpp"
#include "samplers/local/local_angles.hpp"
#include "samplers/proposal/random_walk.hpp"

namespace nmc::test {

const std::vector<std::string>& angle_samplers() {
  static const std::vector<std::string> names{"metropolis", "heat_bath", "overrelaxation",
                                              "wolff",      "hmc",       "random_walk"};
  return names;
}

std::unique_ptr<Sampler> make_angle_sampler(const std::string& name, const CoupledAngles& target) {
  LocalAnglesOptions local;
  local.width = 2.5;
  if (name == "heat_bath") local.rule = AngleRule::heat_bath;
  if (name == "overrelaxation") local.rule = AngleRule::overrelaxation;
  if (name == "wolff") return std::make_unique<AngleWolff>(target, AngleWolffOptions{2});
  if (name == "hmc") {
    HmcOptions options;
    options.step_size = 0.7;
    options.n_steps = 4;
    return std::make_unique<MetropolisHastings>(hmc_sampler(target, options));
  }
  if (name == "random_walk") {
    RandomWalkOptions options;
    options.width = 1.4;
    options.proposals = 2;
    return std::make_unique<MetropolisHastings>(random_walk_sampler(target, options));
  }
  return std::make_unique<LocalAngles>(target, local);
}

Graph frustrated_triangle() {
  Graph graph;
  graph.sites = 3;
  graph.bonds = {{0, 1, 0.6}, {1, 2, 0.9}, {2, 0, -1.1}, {1, 0, 0.2}};
  graph.field = {0.5, 0, -0.3};
  return graph;
}

Batch equilibrium_draws(const XyModel& model, Index chains) {
  double lowest = 0;
  for (const Bond& bond : model.graph().bonds) lowest -= std::abs(bond.J);
  for (const double h : model.graph().field) lowest -= std::abs(h);
  Batch draws(chains, model.sites());
  Index found = 0;
  for (std::uint64_t step = 0; found < chains; ++step) {
    const Streams streams{11, step, 0, Purpose::test};
    const Batch theta = uniform_angles(streams, 4096, model.sites());
    const Column odds = (-model.beta() * (model.energy(theta) - lowest)).exp();
    const Column u = uniform_column(streams.with(Purpose::accept), 4096);
    for (Index row = 0; row < 4096 && found < chains; ++row)
      if (u(row) < odds(row)) draws.row(found++) = theta.row(row);
  }
  return draws;
}

}  // namespace nmc::test
