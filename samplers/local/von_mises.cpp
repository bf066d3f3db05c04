#include "samplers/local/von_mises.hpp"

#include <cstdint>
#include <iterator>
#include <limits>

#include "core/errors.hpp"
#include "core/random/philox.hpp"
#include "samplers/local/angle_kernel.hpp"

namespace nmc {
namespace {

constexpr Index most_attempts = 64;
constexpr Index draws_per_fill = 16;

}  // namespace

VonMisesDraws::VonMisesDraws(const Streams& streams, Index chains, Index draws)
    : delta(chains),
      is_taken(chains),
      streams_(streams),
      draws_(draws),
      uniforms_(chains, 2 * draws_per_fill) {
  require(draws <= static_cast<Index>(std::numeric_limits<std::uint32_t>::max()) / most_attempts,
          "heat_bath draws more than 6e7 angles of a chain in one step; set sweeps lower");
}

void VonMisesDraws::draw(Index k, const Column& kappa) {
  if (k / draws_per_fill * draws_per_fill != first_) {
    first_ = k / draws_per_fill * draws_per_fill;
    fill_uniform(streams_.with(Purpose::gibbs), uniforms_, 2 * first_);
  }
  const auto column = [&](Index i) { return uniforms_.data() + i * uniforms_.rows(); };
  const Index at = 2 * (k - first_);
  angle_detail::draw_von_mises(
      {delta.size(), kappa.data(), column(at), column(at + 1), delta.data(), is_taken.data()});
  refused_.clear();
  for (Index row = 0; row < is_taken.size(); ++row)
    if (is_taken(row) == 0) refused_.push_back(row);
  for (Index attempt = 1; attempt < most_attempts && !refused_.empty(); ++attempt)
    attempt_again(k, attempt, kappa);
}

void VonMisesDraws::attempt_again(Index k, Index attempt, const Column& kappa) {
  const auto count = std::ssize(refused_);
  Column some_kappa(count), u(count), v(count), some_delta(count), some_taken(count);
  const auto block = static_cast<std::uint32_t>((attempt - 1) * draws_ + k);
  for (Index i = 0; i < count; ++i) {
    const Index row = refused_[static_cast<std::size_t>(i)];
    const auto words = philox_block(streams_.with(Purpose::extend), row, block);
    some_kappa(i) = kappa(row);
    u(i) = uniform_of(words[0], words[1]);
    v(i) = uniform_of(words[2], words[3]);
  }
  angle_detail::draw_von_mises(
      {count, some_kappa.data(), u.data(), v.data(), some_delta.data(), some_taken.data()});
  std::size_t left = 0;
  for (Index i = 0; i < count; ++i) {
    const Index row = refused_[static_cast<std::size_t>(i)];
    delta(row) = some_delta(i);
    is_taken(row) = some_taken(i);
    if (some_taken(i) == 0) refused_[left++] = row;
  }
  refused_.resize(left);
}

}  // namespace nmc
