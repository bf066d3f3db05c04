#pragma once

#include <string>
#include <utility>
#include <vector>

namespace nmc::archive {

/// How this library was built.
struct BuildInfo {
  std::string version;       ///< "0.1.0"
  std::string git_revision;  ///< 12 hex digits, or "unknown" outside a checkout
  bool is_dirty = false;     ///< the checkout had uncommitted changes
  std::string compiler;
  std::string flags;
  /// (library, version): Eigen, Highway, HDF5, FFTW, Boost.
  std::vector<std::pair<std::string, std::string>> libraries;
};

[[nodiscard]] BuildInfo build_info();

}  // namespace nmc::archive
