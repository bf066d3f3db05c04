#include "core/fields/directions.hpp"

#include <cstddef>
#include <numbers>
#include <span>

#include "core/simd/circle.hpp"

namespace nmc {
namespace {

std::span<double> entries_of(Batch& x) {
  return {x.data(), static_cast<std::size_t>(x.size())};
}

}  // namespace

Directions::Directions(const Batch& theta)
    : cosine(theta.rows(), theta.cols()), sine(theta.rows(), theta.cols()) {
  simd::cos_sin({theta.data(), static_cast<std::size_t>(theta.size())}, entries_of(cosine),
                entries_of(sine));
}

void wrap_angles(Batch& theta) {
  simd::wrap(entries_of(theta));
}

Batch uniform_angles(const Streams& streams, Index chains, Index sites) {
  Batch u(chains, sites);
  fill_uniform(streams.with(Purpose::init), u);
  return (2 * u - 1) * std::numbers::pi;
}

}  // namespace nmc
