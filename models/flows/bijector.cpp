#include "models/flows/bijector.hpp"

#include "core/errors.hpp"

namespace nmc {

Support Bijector::image(Support in) const {
  require(in == Support::real, "a layer of real numbers stands after one that makes " +
                                   in_words(in) + "; put it before");
  return in;
}

}  // namespace nmc
