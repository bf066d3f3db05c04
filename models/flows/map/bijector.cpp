#include "models/flows/map/bijector.hpp"

#include "core/errors.hpp"
#include "models/flows/map/latent_trace.hpp"

namespace nmc {

Support Bijector::image(Support in) const {
  require(in == Support::real, "a layer of real numbers stands after one that makes " +
                                   in_words(in) + "; put it before");
  return in;
}

void Bijector::follow(LatentTrace& trace) const {
  trace.join_all();
}

}  // namespace nmc
