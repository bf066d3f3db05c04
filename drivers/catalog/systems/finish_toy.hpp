#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "physics/system.hpp"

namespace nmc::catalog {

/// What is known of a toy density, in closed form or by quadrature to rounding.
struct KnownMeans {
  double lnZ = 0;
  std::vector<std::pair<std::string, double>> means{};  ///< of observables
  std::string method = "closed form";
};

/// A toy density of real numbers as a system, with the observables of all of them.
[[nodiscard]] System finish_toy(const char* name, std::string summary,
                                std::unique_ptr<const Target> toy, KnownMeans known);

/// An observable beside the others whose mean is known.
void add_known(System& system, std::unique_ptr<Observable> observable, double mean);

}  // namespace nmc::catalog
