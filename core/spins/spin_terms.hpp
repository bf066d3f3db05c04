#pragma once

#include <cstddef>
#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// Products of spins with their coefficients: term t is coefficient[t] Π s over sites[first[t]] …
/// sites[first[t + 1] − 1].
struct SpinTerms {
  std::vector<std::size_t> first;  ///< (terms + 1)
  std::vector<Index> sites;
  std::vector<double> coefficient;  ///< (terms)
};

}  // namespace nmc
