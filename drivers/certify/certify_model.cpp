#include "drivers/certify/certify_model.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numbers>
#include <vector>

#include "core/archive/file.hpp"
#include "core/roles/all_states.hpp"
#include "core/roles/flow.hpp"
#include "drivers/catalog/own/user_model.hpp"
#include "drivers/certify/configurations.hpp"
#include "drivers/certify/flow_defects.hpp"
#include "models/file/model_file.hpp"
#include "models/flows/map/bijector_flow.hpp"

namespace nmc::certify {
namespace {

constexpr Index kModelRows = 24, kMostSummed = 1 << 14;
constexpr Index kParameters = 12;  // of which the gradient is differenced
constexpr double kNormalised = 1e-10;
constexpr double kSameDensity = 1e-8;
constexpr double kScores = 1e-5;  // central differences with a step of 1e-5

/// ln q of x with parameter `k` moved by `by`.
Column moved_log_prob(Trainable& model, const Batch& x, std::size_t k, double by) {
  const double before = model.parameters()[k];
  model.parameters()[k] = before + by;
  model.parameters_changed();
  Column log_q = model.log_prob(x);
  model.parameters()[k] = before;
  model.parameters_changed();
  return log_q;
}

/// Σ_rows weight ∇ ln q against differences, relative to the largest component; with the first
/// compared component times `factor`.
double score_defect(Trainable& model, const Batch& x, double factor) {
  constexpr double kStep = 1e-5;
  const Column weight = Column::LinSpaced(x.rows(), -1, 1.3);
  const std::size_t count = model.parameters().size();
  std::vector<double> grad(count, 0.0);
  model.add_grad(x, weight, grad);
  double scale = 1e-3;
  for (const double g : grad) scale = std::max(scale, std::abs(g));
  const auto largest = std::ranges::max_element(grad, {}, [](double g) { return std::abs(g); });
  *largest *= factor;
  double defect = 0;
  std::vector<std::size_t> places{static_cast<std::size_t>(largest - grad.begin())};
  for (Index i = 0; i < kParameters; ++i)
    places.push_back(static_cast<std::size_t>(i) * count / kParameters);
  for (const std::size_t k : places) {
    const Column slope =
        (moved_log_prob(model, x, k, kStep) - moved_log_prob(model, x, k, -kStep)) / (2 * kStep);
    const double here = std::abs((weight * slope).sum() - grad[k]) / scale;
    if (!(here <= defect)) defect = here;
  }
  return defect;
}

void add_normalisation(const Trainable& model, const std::string& subject, Checks& checks) {
  const Support support = model.support();
  const Column log_q = model.log_prob(all_states(support, model.sites()));
  const auto off = [&](const Column& some) { return std::abs(std::log(some.exp().sum())); };
  checks.push_back({subject, fmt::format("sum q = 1 of {} states", log_q.size()), off(log_q),
                    kNormalised, off(log_q + 1e-6), "ln q 1e-6 too large"});
  // Pearson's sum over all states, as a deviate: (X² − f) / √(2 f) of f degrees of freedom.
  constexpr Index kDraws = 1 << 17;
  const Batch x = model.sample({.seed = 3, .purpose = Purpose::test}, kDraws).x;
  Column seen = Column::Zero(log_q.size());
  for (Index row = 0; row < kDraws; ++row)
    if (const Index state = state_number(x, row, support); state >= 0) seen(state) += 1;
  const auto deviate = [&](const Column& q) {
    const Column expected = kDraws * q;
    const double squares = ((seen - expected).square() / expected.max(1e-300)).sum();
    // The variance of X² is 2 f + Σ 1/(n q), which states that are seldom drawn make large.
    const double variance = 2 * static_cast<double>(q.size()) + expected.max(1e-3).inverse().sum();
    return (squares - static_cast<double>(q.size() - 1)) / std::sqrt(variance);
  };
  Column tilted = log_q.exp();
  tilted.head(tilted.size() / 2) *= 1.1;
  tilted /= tilted.sum();
  checks.push_back({subject, "draws are of q, deviate", deviate(log_q.exp()), 20, deviate(tilted),
                    "half of q 10 % off"});
}

void add_draws(const Trainable& model, const System& system, const std::string& subject,
               Checks& checks) {
  const Streams streams{.seed = 4};
  const Draw draw = model.sample(streams, kModelRows);
  const Column log_q = model.log_prob(draw.x);
  const auto off = [&](double by) {
    return ((draw.log_q - log_q + by).abs() / (1 + log_q.abs())).maxCoeff();
  };
  checks.push_back(
      {subject, "ln q of draws is ln q", off(0), kSameDensity, off(1e-3), "ln q 0.001 off"});
  Batch outside = draw.x;
  outside(0, 0) = model.support() == Support::real ? NAN : 0.5 + 4 * std::numbers::pi;
  checks.push_back({subject, "entries outside the support",
                    static_cast<double>(count_outside(model.support(), draw.x)), 0,
                    static_cast<double>(count_outside(model.support(), outside)), "one entry"});
  const Column loss = model.loss_grad(*system.target, streams, kModelRows, {});
  const Column expected = draw.log_q - system.target->log_density(draw.x);
  const auto loss_off = [&](double by) {
    return ((loss - expected + by).abs() / (1 + expected.abs())).maxCoeff();
  };
  checks.push_back(
      {subject, "loss is ln q - ln p", loss_off(0), kSameDensity, loss_off(1e-3), "0.001 off"});
  const OfBatch density = [&](const Batch& some) { return model.log_prob(some); };
  checks.push_back({subject, "a chain alone, the same bits",
                    static_cast<double>(dependent_rows(density, draw.x)), 0,
                    static_cast<double>(dependent_rows(with_mean_of_chains(density), draw.x)),
                    "other chains in it"});
}

/// Bits of ln q and parameters that a way through a file changes.
void add_file(const ModelUnderTest& named, const Trainable& model, const std::string& subject,
              Checks& checks) {
  const auto path = std::filesystem::temp_directory_path() /
                    fmt::format("nmc-certify-{}-{}.h5", named.name, ::getpid());
  {
    auto file = archive::File::create(path.string());
    write_model(file, model, named.name, named.target);
    file.close();
  }
  const ModelFile stored = read_model(path.string(), catalog::read_own_model);
  std::filesystem::remove(path);
  const Batch x = model.sample({.seed = 6}, kModelRows).x;
  const auto changed = [&] {
    return static_cast<double>((stored.model->log_prob(x) != model.log_prob(x)).count());
  };
  const double same = changed();
  stored.model->parameters()[0] += 0.01;
  stored.model->parameters().back() += 0.01;
  stored.model->parameters_changed();
  checks.push_back({subject, "same bits through a file", same, 0, changed(), "two weights moved"});
}

/// Away from the start, where nets may be constant.
void move_parameters(Trainable& model) {
  Batch z(static_cast<Index>(model.parameters().size()), 1);
  fill_normal({.seed = 8, .purpose = Purpose::weights}, z);
  for (std::size_t k = 0; k < model.parameters().size(); ++k)
    model.parameters()[k] += 0.03 * z(static_cast<Index>(k), 0);
  model.parameters_changed();
}

}  // namespace

Checks certify_model(const ModelUnderTest& named, Trainable& model) {
  const std::string subject = "model " + named.name + " of " + named.system.name;
  move_parameters(model);
  // Where ln q has an error, it is one that steps make as small as they are asked to.
  if (BijectorFlow* const flow = as_layers(&model)) flow->refine(kSameDensity / 2);
  Checks checks;
  const Support support = model.support();
  const bool is_discrete =
      support.kind == Support::Kind::spin || support.kind == Support::Kind::label;
  const double bits =
      static_cast<double>(model.sites()) * std::log2(static_cast<double>(support.states));
  if (is_discrete && bits <= std::log2(static_cast<double>(kMostSummed)))
    add_normalisation(model, subject, checks);
  add_draws(model, named.system, subject, checks);
  const Batch x = model.sample({.seed = 9}, kModelRows).x;
  if (!model.parameters().empty())
    checks.push_back({subject, "gradient of ln q", score_defect(model, x, 1), kScores,
                      score_defect(model, x, -1), "one sign"});
  if (const Flow* flow = model.abilities().flow; flow != nullptr)
    add_flow_checks(*flow, model, subject, checks);
  if (model.abilities().stored != nullptr && !model.parameters().empty())
    add_file(named, model, subject, checks);
  return checks;
}

}  // namespace nmc::certify
