#include "core/roles/autoregressive.hpp"

#include <stdexcept>
#include <vector>

namespace nmc {

std::unique_ptr<Autoregressive> Autoregressive::tokens_at(const Condition& /*condition*/) const {
  throw std::logic_error("tokens_at() of a model that has no conditions");
}

Draw Autoregressive::sample(const Streams& streams, Index chains) const {
  const std::vector<Index> kept(static_cast<std::size_t>(chains), 0);
  return redraw(Batch::Ones(chains, sites()), kept, streams);
}

Column Autoregressive::log_prob(const Batch& s) const {
  return sum_sites(log_conditionals(s));
}

}  // namespace nmc
