#include "core/roles/autoregressive.hpp"

#include <algorithm>
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

Batch Autoregressive::scores(const Batch& s) const {
  const auto size = parameters().size();
  Batch scores(s.rows(), static_cast<Index>(size));
  std::vector<double> gradient(size);
  for (Index c = 0; c < s.rows(); ++c) {
    std::ranges::fill(gradient, 0.0);
    add_grad(s.middleRows(c, 1), Column::Ones(1), gradient);
    scores.row(c) = Eigen::Map<const Eigen::RowVectorXd>(gradient.data(), scores.cols()).array();
  }
  return scores;
}

}  // namespace nmc
