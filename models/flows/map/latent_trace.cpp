#include "models/flows/map/latent_trace.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace nmc {

LatentTrace::LatentTrace(Index sites) : sites_(sites), words_((sites + 63) / 64) {
  latent_.resize(static_cast<std::size_t>(sites));
  std::iota(latent_.begin(), latent_.end(), Index{0});
  cone_.assign(static_cast<std::size_t>(sites * words_), 0);
  for (Index site = 0; site < sites; ++site)
    row(site)[site / 64] |= std::uint64_t{1} << (site % 64);
  touched_.latents.assign(static_cast<std::size_t>(sites), 0);
}

std::uint64_t* LatentTrace::row(Index site) {
  return cone_.data() + site * words_;
}

void LatentTrace::touch(Index site) {
  touched_.latents[static_cast<std::size_t>(latent_[static_cast<std::size_t>(site)])] = 1;
}

void LatentTrace::join(Index site, std::span<const int> others) {
  touch(site);
  for (const int other : others) {
    touch(other);
    for (Index word = 0; word < words_; ++word) row(site)[word] |= row(other)[word];
  }
}

void LatentTrace::permute(std::span<const int> permutation) {
  const std::vector<Index> latent = latent_;
  const std::vector<std::uint64_t> cone = cone_;
  for (Index site = 0; site < sites_; ++site) {
    const Index from = permutation[static_cast<std::size_t>(site)];
    latent_[static_cast<std::size_t>(site)] = latent[static_cast<std::size_t>(from)];
    std::copy_n(cone.data() + from * words_, words_, row(site));
  }
}

void LatentTrace::join_all() {
  touched_.is_global = true;
  std::vector<std::uint64_t> all(static_cast<std::size_t>(words_), 0);
  for (Index site = 0; site < sites_; ++site)
    for (Index word = 0; word < words_; ++word)
      all[static_cast<std::size_t>(word)] |= row(site)[word];
  for (Index site = 0; site < sites_; ++site) std::ranges::copy(all, row(site));
}

bool LatentTrace::Touched::is_nothing() const {
  return !is_global && std::ranges::none_of(latents, [](std::uint8_t t) { return t != 0; });
}

LatentTrace::Touched LatentTrace::take_touched() {
  Touched nothing;
  nothing.latents.assign(static_cast<std::size_t>(sites_), 0);
  return std::exchange(touched_, std::move(nothing));
}

}  // namespace nmc
