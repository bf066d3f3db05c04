#include "models/training/annealing.hpp"

#include <string>
#include <utility>

namespace nmc {

TargetAnnealing::TargetAnnealing(const Path& path, Factory make_target)
    : path_(path), make_target_(std::move(make_target)), final_(make_target_(path.beta)) {
  require(path.steps >= 0, "anneal_steps = " + std::to_string(path.steps) +
                               " must not be negative; 0 trains at the final beta throughout");
}

double TargetAnnealing::beta_at(Index step) const {
  if (step >= path_.steps) return path_.beta;
  const double part = static_cast<double>(step) / static_cast<double>(path_.steps);
  return path_.beta_start + part * (path_.beta - path_.beta_start);
}

const Target& TargetAnnealing::at(Index step) {
  if (step >= path_.steps) return *final_;
  current_ = make_target_(beta_at(step));
  return *current_;
}

}  // namespace nmc
