#include "drivers/anneal/path_start.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "core/options/parse_values.hpp"
#include "drivers/catalog/own/user_model.hpp"
#include "drivers/catalog/read/read_lattice.hpp"
#include "drivers/training/network.hpp"
#include "models/file/model_file.hpp"
#include "models/flows/linear/elementary.hpp"
#include "models/flows/map/bijector_flow.hpp"
#include "samplers/composite.hpp"
#include "samplers/hamiltonian/hmc.hpp"
#include "samplers/hamiltonian/mapped_sampler.hpp"
#include "samplers/proposal/independence.hpp"

namespace nmc::drivers {
namespace {

/// N(0, width²) of every site.
std::unique_ptr<const Trainable> normal_flow(Index sites, double width) {
  BijectorFlow::Layers layers;
  layers.push_back(std::make_unique<ScalingLayer>(sites));
  auto flow = std::make_unique<BijectorFlow>(std::move(layers), Precision::twice, 0);
  for (double& log_scale : flow->parameters()) log_scale = std::log(width);
  flow->parameters_changed();
  return flow;
}

std::unique_ptr<const Trainable> read_start(const Options& anneal, const System& system) {
  const std::string& path = anneal.text("start");
  const Index sites = system.target->sites();
  if (path.empty()) return normal_flow(sites, anneal.real("start_width"));
  ModelFile file = read_model(path, catalog::read_own_model);
  if (file.model->sites() != sites)
    anneal.fail("start", fmt::format("the network of {} has {} sites and {} has {}: train one for "
                                     "this system",
                                     path, file.model->sites(), system.name, sites));
  take_condition_of(path, system, *file.model);
  // A flow that follows an equation by steps would put its error of ln q into every weight.
  const BijectorFlow* const flow = as_layers(file.model->abilities().flow);
  const double error = flow != nullptr ? flow->log_q_error() : 0;
  if (!(error <= kLogQError))
    anneal.fail("start",
                fmt::format("ln q of the network of {} is off by {:.1e} at some draws, and "
                            "weights take {:g} at most: train it longer, until it is "
                            "smooth enough for its steps",
                            path, error, kLogQError));
  return std::move(file.model);
}

/// The density to begin with. Of normals that are wider than those of its training a flow reaches
/// further than the system, and weights keep a bound (defensive importance sampling, Hesterberg,
/// Technometrics 37, 185 (1995)).
void put_density(const Options& anneal, const System& system, PathStart& start) {
  start.density = catalog::at_key(anneal, "start", [&] {
    return std::make_unique<const FlowDensity>(read_start(anneal, system));
  });
  const double width = anneal.real("start_width");
  if (anneal.text("start").empty() || width == 1) return;
  start.narrow = std::move(start.density);
  start.density =
      catalog::at_key(anneal, "start_width", [&] { return start.narrow->of_wider_normals(width); });
}

PathWalk read_walk(const Options& anneal, const PathStart& start) {
  const std::string& walk = anneal.text("walk");
  if (walk == "configurations") return PathWalk::configurations;
  if (anneal.text("start").empty())
    anneal.fail("walk", fmt::format("walk = {} is through the layers of a network, and these "
                                    "configurations begin as normals: set start, or leave walk out",
                                    walk));
  if (start.leapfrog == 0)
    anneal.fail("walk", fmt::format("walk = {} says where trajectories move, and leapfrog = 0 "
                                    "makes none: leave one of them out",
                                    walk));
  if (as_layers(start.density->model().abilities().flow) == nullptr)
    anneal.fail("walk", fmt::format("the network of {} has no layers to walk between: leave walk "
                                    "out",
                                    anneal.text("start")));
  return walk == "layers" ? PathWalk::layers : PathWalk::latent;
}

/// HMC in the coordinates that the start says.
std::unique_ptr<Sampler> trajectories(const PathStart& start, const PathDensity& at) {
  HmcOptions hmc;
  hmc.n_steps = start.leapfrog;
  hmc.mass = MassKind::diagonal;
  const MappedSampler::MakeKernel make = [hmc](const Target& target) {
    return std::make_unique<MetropolisHastings>(hmc_sampler(target, hmc));
  };
  if (start.walk == PathWalk::configurations) return make(at);
  const BijectorFlow& flow = *as_layers(start.density->model().abilities().flow);
  const std::size_t layers = flow.layers().size();
  const double done = start.walk == PathWalk::layers ? at.lambda() : 0;
  const auto passed = static_cast<std::size_t>(std::lround(done * static_cast<double>(layers)));
  if (passed == layers) return make(at);
  return std::make_unique<MappedSampler>(flow.part(passed, layers - passed), at, make);
}

}  // namespace

std::unique_ptr<const PathStart> read_path_start(const Options& anneal, const System& system) {
  if (anneal.is_given("update"))
    anneal.fail("update", "update is of spins; real numbers are walked by leapfrog and proposals");
  auto start = std::make_unique<PathStart>();
  start->leapfrog = anneal.integer("leapfrog");
  start->proposals = anneal.integer("proposals");
  if (!system.target->is_differentiable() && start->leapfrog > 0) {
    if (anneal.is_given("leapfrog"))
      anneal.fail("leapfrog", fmt::format("{} has no gradient: set leapfrog = 0", system.name));
    start->leapfrog = 0;
  }
  if (start->leapfrog == 0 && start->proposals == 0)
    anneal.fail("leapfrog", "leapfrog = 0 and proposals = 0: nothing moves; set one of them");
  put_density(anneal, system, *start);
  start->walk = read_walk(anneal, *start);
  return start;
}

std::vector<double> read_path_schedule(const Options& anneal) {
  const std::string& text = anneal.text("schedule");
  if (text.empty()) return {};
  if (anneal.is_given("culling"))
    anneal.fail("culling", "schedule and culling are both given; leave one of them out");
  const std::vector<double> lambdas =
      catalog::at_key(anneal, "schedule", [&] { return parse_range(text); });
  const bool is_path = lambdas.size() >= 2 && lambdas.front() == 0 && lambdas.back() == 1 &&
                       std::ranges::adjacent_find(lambdas, std::greater_equal<>()) == lambdas.end();
  if (!is_path)
    anneal.fail("schedule", fmt::format("schedule = {}: a path to real numbers leads from 0, where "
                                        "it is the start, upwards to 1, where it is the system: "
                                        "0:1:0.1, or a list",
                                        text));
  return lambdas;
}

PathAnnealing path_annealing(const PathStart& start, const Target& target,
                             const AnnealingOptions& options, const Threads& threads) {
  const auto make = [&start](const PathDensity& at) -> std::unique_ptr<Sampler> {
    std::vector<CompositeSampler::Part> parts;
    if (start.proposals > 0)
      parts.push_back(
          {std::make_unique<MetropolisHastings>(independence_sampler(at, start.density->model())),
           static_cast<double>(start.proposals), "independence"});
    if (start.leapfrog > 0) parts.push_back({trajectories(start, at), 1, "hmc"});
    return std::make_unique<CompositeSampler>(CompositeSampler::Mode::cycle, std::move(parts));
  };
  return {{start.density->model(), *start.density, target}, make, options, threads};
}

}  // namespace nmc::drivers
