#include "drivers/machine/judge_generator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/generators/gradient_noise.hpp"

namespace nmc::drivers {
namespace {

/// Rows whose gradients are looked at, draws of each, and rows of a discrepancy.
constexpr Index kNoisyRows = 16, kNoisyDraws = 20000, kComparedRows = 1000;
/// More than enough for linear nets, in all directions together and in one.
constexpr double kMostPoints = 20000;
constexpr Index kMostNodes = 64, kMostLatent = 4;

LearnedNumber mean_number(const std::string& name, const Column& values, const std::string& words) {
  const auto n = static_cast<double>(values.size());
  const double spread = std::sqrt((values - values.mean()).square().sum() / (n * (n - 1)));
  return {name, values.mean(), n > 1 ? spread : 0, words};
}

Column one_draw(const Vae& vae, const Batch& x, const Streams& streams) {
  Batch noise(x.rows(), vae.shape().latent);
  fill_normal(streams, noise);
  return vae.elbo(x, noise, {});
}

std::vector<LearnedNumber> densities(const Vae& vae, const Batch& x, const std::string& end,
                                     const VaeEffort& effort) {
  const Streams streams{effort.seed, 0, 0, Purpose::evaluate};
  std::vector<LearnedNumber> numbers{
      mean_number("elbo" + end, one_draw(vae, x, streams.nested()),
                  end.empty() ? "evidence lower bound per row learned from"
                              : "evidence lower bound per row held out"),
      mean_number(
          "nll" + end, -vae.log_density_by_importance(x, effort.importance, streams),
          fmt::format("-ln p per row by importance sampling, {} draws each", effort.importance))};
  if (const auto exact = vae.exact_log_density(x))
    numbers.push_back(
        mean_number("nll_exact" + end, -*exact, "-ln p per row: linear nets know it"));
  return numbers;
}

void add_gradients(const GradientNoise& noise, const std::string& end, const std::string& how,
                   std::vector<LearnedNumber>& numbers) {
  const std::string of = "variance of the encoder's gradient, ";
  numbers.push_back({"reparametrised" + end, noise.reparametrised, 0, of + how});
  numbers.push_back({"reinforce" + end, noise.score, 0, "the same of REINFORCE"});
  numbers.push_back(
      {"reinforce_baseline" + end, noise.with_baseline, 0, "the same with the mean as a baseline"});
}

}  // namespace

double mean_elbo(const Vae& vae, const Batch& x, const Streams& streams) {
  return one_draw(vae, x, streams).mean();
}

std::vector<LearnedNumber> judge_vae(const Vae& vae, const JudgingRows& rows,
                                     const VaeEffort& effort) {
  std::vector<LearnedNumber> numbers = densities(vae, rows.learned, "", effort);
  if (rows.held_out.rows() > 0)
    for (LearnedNumber& number : densities(vae, rows.held_out, "_held_out", effort))
      numbers.push_back(std::move(number));
  const Batch some = rows.learned.topRows(std::min(kNoisyRows, rows.learned.rows()));
  const Index latent = vae.shape().latent;
  const Streams streams{effort.seed, 1, 0, Purpose::evaluate};
  add_gradients(
      gradient_noise(vae, some, drawn_noise(some.rows(), latent, kNoisyDraws, streams.nested())),
      "", fmt::format("{} draws for {} rows", kNoisyDraws, some.rows()), numbers);
  if (latent > kMostLatent) return numbers;
  const auto nodes = std::min(
      kMostNodes, static_cast<Index>(std::pow(kMostPoints, 1 / static_cast<double>(latent))));
  add_gradients(gradient_noise(vae, some, hermite_noise(some.rows(), latent, nodes)), "_exact",
                vae.shape().hidden == 0
                    ? "exactly"
                    : fmt::format("by {} nodes of Gauss in each direction", nodes),
                numbers);
  return numbers;
}

std::vector<LearnedNumber> judge_draws(const Batch& draws, const JudgingRows& rows,
                                       const GaussianKernel& kernel) {
  const Batch data = rows.judges().topRows(std::min(kComparedRows, rows.judges().rows()));
  const Batch made = draws.topRows(std::min(kComparedRows, draws.rows()));
  const Index half = data.rows() / 2;
  return {{"mmd", mean_discrepancy(kernel, made, data), 0,
           fmt::format("MMD squared of {} draws from {} rows of data", made.rows(), data.rows())},
          {"mmd_of_data", mean_discrepancy(kernel, data.topRows(half), data.bottomRows(half)), 0,
           "the same of two halves of these rows: what is left is noise"}};
}

}  // namespace nmc::drivers
