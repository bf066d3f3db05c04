#include "samplers/population/path_density.hpp"

#include <algorithm>

namespace nmc {

PathDensity::PathDensity(const Ends& ends, double lambda) : ends_(ends), lambda_(lambda) {
  require(ends.start.sites() == ends.end.sites(),
          "the start has " + std::to_string(ends.start.sites()) + " sites and the system " +
              std::to_string(ends.end.sites()));
  require(ends.start.support() == ends.end.support(),
          "the start has " + in_words(ends.start.support()) + " and the system " +
              in_words(ends.end.support()));
  require(0 <= lambda && lambda <= 1, "a path leads from 0 to 1");
}

Column PathDensity::between(const Column& log_q, const Column& log_p) const {
  if (lambda_ == 0) return log_q;
  if (lambda_ == 1) return log_p;
  return (1 - lambda_) * log_q + lambda_ * log_p;
}

Column PathDensity::log_density(const Batch& x) const {
  return between(lambda_ == 1 ? Column() : ends_.start.log_density(x),
                 lambda_ == 0 ? Column() : ends_.end.log_density(x));
}

Column PathDensity::log_density_grad(const Batch& x, Batch& grad) const {
  if (lambda_ == 1) return ends_.end.log_density_grad(x, grad);
  const Column log_q = ends_.start.log_density_grad(x, grad);
  if (lambda_ == 0) return log_q;
  Batch of_end;
  const Column log_p = ends_.end.log_density_grad(x, of_end);
  grad = (1 - lambda_) * grad + lambda_ * of_end;
  return between(log_q, log_p);
}

Index PathDensity::preferred_chunk() const {
  return std::max(ends_.start.preferred_chunk(), ends_.end.preferred_chunk());
}

}  // namespace nmc
