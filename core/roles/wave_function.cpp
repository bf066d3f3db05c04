#include "core/roles/wave_function.hpp"

namespace nmc {

Eigen::VectorXd WaveChains::pulled_back(const Column& of_abs, const Column& of_phase) const {
  Batch abs_scores, phase_scores;
  scores(abs_scores, phase_scores);
  Eigen::VectorXd gradient = abs_scores.matrix().transpose() * of_abs.matrix();
  if (phase_scores.size() > 0 && of_phase.size() > 0)
    gradient += phase_scores.matrix().transpose() * of_phase.matrix();
  return gradient;
}

}  // namespace nmc
