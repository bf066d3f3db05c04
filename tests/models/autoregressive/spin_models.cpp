#include "tests/models/autoregressive/spin_models.hpp"

#include <algorithm>
#include <cmath>

#include "models/autoregressive/bernoulli_mixture.hpp"
#include "models/autoregressive/recurrent_model.hpp"
#include "models/autoregressive/site_order.hpp"
#include "models/born_machines/born_machine.hpp"
#include "models/born_machines/tree_machine.hpp"
#include "models/circuits/circuit_model.hpp"
#include "models/symmetry/flip_symmetric_spins.hpp"
#include "models/tensor_networks/tensor_network.hpp"
#include "tests/contracts/causal_architectures.hpp"

namespace nmc::testing_spins {
namespace {

const std::vector<Index> kExtents{3, 4};

std::unique_ptr<Autoregressive> recurrent(bool is_snake, const RecurrentShape& shape,
                                          Precision precision, bool is_conditional = false) {
  const std::vector<Index> raster = site_order({kExtents, {}}, PatchOrder::raster);
  RecurrentSpec spec = is_snake ? snake_spec(kExtents, shape) : chain_spec(raster, shape);
  if (is_conditional) spec = test::conditional(std::move(spec));
  auto model = std::make_unique<RecurrentModel>(std::move(spec), precision, 1);
  scatter_parameters(*model, 1);
  return model;
}

std::unique_ptr<Autoregressive> mixture(bool is_conditional) {
  MixtureSpec spec{12, site_order({kExtents, {}}, PatchOrder::snake), 3};
  if (is_conditional) spec = test::conditional(std::move(spec));
  auto model = std::make_unique<BernoulliMixture>(std::move(spec), 1);
  scatter_parameters(*model, 2);
  return model;
}

/// Of a glass, with bonds too narrow for it.
std::unique_ptr<Autoregressive> tensor_network(bool is_ring) {
  Graph graph = make_graph({kExtents, {is_ring, false}});
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    graph.bonds[b].J = (b % 3 == 0 ? -1 : 1) * (0.5 + 0.1 * static_cast<double>(b % 5));
  for (Index i = 0; i < graph.sites; ++i)
    graph.field.push_back(0.3 * std::sin(2.0 * static_cast<double>(i)));
  return std::make_unique<TensorNetwork>(TensorNetworkSpec{graph, kExtents, is_ring ? 2 : 1}, 0.6);
}

std::unique_ptr<Autoregressive> born_machine(MpsEnds ends) {
  MpsSpec spec{12, site_order({kExtents, {}}, PatchOrder::snake), {}, 3, ends};
  spec.bonds = full_bonds(spec.sites, spec.chi, ends);
  auto model = std::make_unique<BornMachine>(std::move(spec), 1);
  scatter_parameters(*model, 1);
  return model;
}

std::unique_ptr<Autoregressive> tree() {
  auto model = std::make_unique<TreeMachine>(
      TreeSpec{12, bisected_order(kExtents), full_tree_bonds(12, 3), 3}, 1);
  scatter_parameters(*model, 1);
  return model;
}

std::unique_ptr<Autoregressive> circuit() {
  auto model = std::make_unique<CircuitModel>(
      CircuitSpec{12, site_order({kExtents, {}}, PatchOrder::snake), 2, Entangler::ring}, 1);
  scatter_parameters(*model, 2);
  return model;
}

}  // namespace

const std::vector<NamedModel>& conditional_models() {
  constexpr auto kGru = RecurrentCell::gru, kLstm = RecurrentCell::lstm;
  static const std::vector<NamedModel> models{
      {"gru_chain_conditional",
       [] {
         return recurrent(false, {kGru, 5}, Precision::twice, true);
       }},
      {"gru_snake_conditional",
       [] {
         return recurrent(true, {kGru, 4}, Precision::twice, true);
       }},
      {"lstm_chain_conditional",
       [] {
         return recurrent(false, {kLstm, 4}, Precision::twice, true);
       }},
      {"lstm_snake_own_weights_conditional",
       [] {
         return recurrent(true, {kLstm, 3, false}, Precision::twice, true);
       }},
      {"mixture_conditional", [] { return mixture(true); }}};
  return models;
}

const std::vector<NamedModel>& autoregressive_models() {
  constexpr auto kGru = RecurrentCell::gru, kLstm = RecurrentCell::lstm;
  constexpr auto kSingle = Precision::single, kDouble = Precision::twice;
  static const std::vector<NamedModel> models = [] {
    std::vector<NamedModel> all{
        {"gru_chain",
         [] {
           return recurrent(false, {kGru, 5}, kDouble);
         }},
        {"gru_snake",
         [] {
           return recurrent(true, {kGru, 4}, kDouble);
         }},
        {"gru_own_weights",
         [] {
           return recurrent(true, {kGru, 3, false}, kDouble);
         }},
        {"lstm_chain",
         [] {
           return recurrent(false, {kLstm, 5}, kDouble);
         }},
        {"lstm_snake",
         [] {
           return recurrent(true, {kLstm, 4}, kDouble);
         }},
        {"lstm_own_weights",
         [] {
           return recurrent(false, {kLstm, 3, false}, kDouble);
         }},
        {"gru_float",
         [] {
           return recurrent(true, {kGru, 7}, kSingle);
         }},
        {"lstm_float",
         [] {
           return recurrent(true, {kLstm, 6}, kSingle);
         }},
        {"mixture", [] { return mixture(false); }},
        {"tensor_network", [] { return tensor_network(false); }},
        {"tensor_network_ring", [] { return tensor_network(true); }},
        {"mps", [] { return born_machine(MpsEnds::open); }},
        {"mps_ring", [] { return born_machine(MpsEnds::periodic); }},
        {"tree", [] { return tree(); }},
        {"circuit", [] { return circuit(); }},
        {"flip_symmetric", [] {
           return std::make_unique<FlipSymmetricSpins>(recurrent(true, {kGru, 4}, kDouble));
         }}};
    std::ranges::copy(conditional_models(), std::back_inserter(all));
    return all;
  }();
  return models;
}

void scatter_parameters(Model& model, double size) {
  Batch u(1, std::ssize(model.parameters()));
  fill_uniform({.seed = 77}, u);
  for (Index k = 0; k < u.cols(); ++k)
    model.parameters()[static_cast<std::size_t>(k)] = size * (2 * u(0, k) - 1);
  model.parameters_changed();
}

Batch all_configurations(Index sites) {
  Batch s(Index{1} << sites, sites);
  for (Index c = 0; c < s.rows(); ++c)
    for (Index i = 0; i < sites; ++i) s(c, i) = (c >> i & 1) != 0 ? 1 : -1;
  return s;
}

Column TiltedChain::log_density(const Batch& s) const {
  Column log_p = Column::Zero(s.rows());
  for (Index i = 0; i < sites_; ++i)
    log_p += 0.3 * s.col(i) * s.col((i + 1) % sites_) + 0.1 * static_cast<double>(i) * s.col(i);
  return log_p;
}

double gradient_error(Model& model, std::span<const double> grad,
                      const std::function<double()>& value) {
  constexpr double kStep = 1e-3;  // truncation h⁴ and rounding 1e-15/h: 1e-11 or below
  double worst = 0, largest = 0;
  for (std::size_t k = 0; k < grad.size(); ++k) {
    const double at = model.parameters()[k];
    const auto shifted = [&](double by) {
      model.parameters()[k] = at + by * kStep;
      model.parameters_changed();
      return value();
    };
    const double slope =
        (8 * (shifted(1) - shifted(-1)) - (shifted(2) - shifted(-2))) / (12 * kStep);
    shifted(0);
    worst = std::max(worst, std::fabs(slope - grad[k]));
    largest = std::max(largest, std::fabs(slope));
  }
  return worst / largest;
}

std::vector<double> score_gradient(const Model& model, const Target& target, const Draw& draw) {
  const Column loss = draw.log_q - target.log_density(draw.x);
  Column weight = Column::Zero(loss.size());
  for (Index c = 0; c < loss.size(); ++c) {
    const Index first = c / 64 * 64, count = std::min<Index>(64, loss.size() - first);
    const double others = loss.segment(first, count).sum() - loss(c);
    if (count > 1)
      weight(c) = loss(c) - others / static_cast<double>(count - 1);
    else if (c > 0)
      weight(c) = loss(c) - loss.head(c).mean();
  }
  std::vector<double> grad(model.parameters().size());
  model.add_grad(draw.x, weight, grad);
  return grad;
}

double chi_squared(const Batch& draws, const std::vector<Index>& sites,
                   const std::vector<double>& probability) {
  std::vector<double> count(probability.size());
  for (Index c = 0; c < draws.rows(); ++c) {
    std::size_t pattern = 0;
    for (std::size_t k = 0; k < sites.size(); ++k)
      pattern |= static_cast<std::size_t>(draws(c, sites[k]) > 0) << k;
    count[pattern] += 1;
  }
  double chi2 = 0;
  for (std::size_t k = 0; k < count.size(); ++k) {
    const double expected = probability[k] * static_cast<double>(draws.rows());
    chi2 += (count[k] - expected) * (count[k] - expected) / expected;
  }
  return chi2;
}

}  // namespace nmc::testing_spins
