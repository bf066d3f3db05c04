#pragma once

#include <string>

#include "core/options/option_spec.hpp"

namespace nmc {

/// One value of a resolved job with the place it came from.
struct ResolvedOption {
  OptionSpec spec;
  std::string value;
  std::string origin;  ///< "job.ini:7", "--run.draws=10", or "default"
};

}  // namespace nmc
