#include "models/wave/ties.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <numeric>

#include "core/errors.hpp"

namespace nmc {
namespace {

Index sites_of(const std::vector<Index>& torus) {
  return std::accumulate(torus.begin(), torus.end(), Index{1}, std::multiplies<>());
}

/// The site that translation `by` takes to `site`: their difference, direction by direction.
Index moved_back(const std::vector<Index>& torus, Index site, Index by) {
  Index from = 0, stride = 1;
  for (const Index extent : torus) {
    from += stride * ((site / stride % extent - by / stride % extent + extent) % extent);
    stride *= extent;
  }
  return from;
}

Ties free_numbers(const RbmWaveShape& shape) {
  Ties ties;
  const Index biases = shape.is_even ? 0 : shape.sites + shape.hidden;
  for (Index k = 0; k < shape.sites + shape.hidden; ++k)
    ties.parameter.push_back(shape.is_even ? -1 : k);
  for (Index k = 0; k < shape.sites * shape.hidden; ++k) ties.parameter.push_back(biases + k);
  ties.parameters = biases + shape.sites * shape.hidden;
  ties.first_W = biases;
  return ties;
}

/// Parameters: a, one b of each group of hidden units, and W of the first unit of each.
Ties translated_numbers(const RbmWaveShape& shape) {
  const Index n = shape.sites, groups = shape.hidden / n;
  Ties ties;
  ties.first_W = shape.is_even ? 0 : 1 + groups;
  ties.parameters = ties.first_W + groups * n;
  ties.parameter.assign(static_cast<std::size_t>(n), shape.is_even ? -1 : 0);
  for (Index j = 0; j < shape.hidden; ++j) ties.parameter.push_back(shape.is_even ? -1 : 1 + j / n);
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < shape.hidden; ++j)
      ties.parameter.push_back(ties.first_W + j / n * n + moved_back(shape.torus, i, j % n));
  return ties;
}

}  // namespace

void check(const RbmWaveShape& shape) {
  require(shape.sites >= 1 && shape.hidden >= 1,
          fmt::format("a wave function of {} spins and {} hidden units: it has one of each or more",
                      shape.sites, shape.hidden));
  if (shape.torus.empty()) return;
  require(sites_of(shape.torus) == shape.sites,
          fmt::format("a torus of {} sites and a wave function of {}", sites_of(shape.torus),
                      shape.sites));
  require(shape.hidden % shape.sites == 0,
          fmt::format("{} hidden units tied by the {} translations: take a multiple of them",
                      shape.hidden, shape.sites));
}

Ties tie(const RbmWaveShape& shape) {
  check(shape);
  return shape.torus.empty() ? free_numbers(shape) : translated_numbers(shape);
}

}  // namespace nmc
