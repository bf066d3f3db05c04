#pragma once

#include <functional>
#include <memory>

#include "core/interfaces.hpp"

namespace nmc {

/// The target of each training step: its inverse temperature moves linearly from beta_start to beta
/// in `steps` steps and stays there.
class TargetAnnealing {
 public:
  using Factory = std::function<std::unique_ptr<Target>(double beta)>;
  struct Path {
    double beta_start = 0;
    double beta = 0;
    Index steps = 0;
  };
  TargetAnnealing(const Path& path, Factory make_target);

  [[nodiscard]] double beta_at(Index step) const;
  /// Valid until the next call. From step `path.steps` on it is final_target() itself.
  [[nodiscard]] const Target& at(Index step);
  [[nodiscard]] const Target& final_target() const { return *final_; }

 private:
  Path path_;
  Factory make_target_;
  std::unique_ptr<Target> final_;
  std::unique_ptr<Target> current_;
};

}  // namespace nmc
