#include "core/roles/target.hpp"

namespace nmc {

Column Target::log_density_grad(const Batch& /*x*/, Batch& /*grad*/) const {
  throw UserError("this density has no gradient; choose a sampler that needs none");
}

Column Target::drift_kick(const LeapfrogStep& step, Batch& x, Batch& v, Batch* grad) const {
  for (Index site = 0; site < x.cols(); ++site) x.col(site) += step.drift * v.col(site);
  Batch own;
  Batch& gradient = grad == nullptr ? own : *grad;
  Column log_p = log_density_grad(x, gradient);
  for (Index site = 0; site < x.cols(); ++site) v.col(site) += step.kick * gradient.col(site);
  return log_p;
}

}  // namespace nmc
