#pragma once

#include <Eigen/Core>

#include "drivers/certify/check.hpp"
#include "physics/system.hpp"

namespace nmc::certify {

/// Normalised e^{log_p} of all states.
[[nodiscard]] Eigen::VectorXd normalised(const Column& log_p);

/// Largest |πP − π|, and the largest deviation of a row sum from 1.
[[nodiscard]] double stationarity_defect(const Eigen::VectorXd& pi, const Eigen::MatrixXd& P);

/// What one step does to configurations whose weights are known, without πP itself: of functions f
/// of x the means of w(x) (f(x') − f(x)) are 0 where the step leaves w invariant, whatever the x
/// are drawn from.
struct OneStep {
  Batch before, after;   ///< (chains, sites), in the target's space
  Column log_weight;     ///< ln p(before) − ln of the density of `before`, (chains)
  Column log_p;          ///< ln p(before), of which the planted fault is a part
  Column log_p_after{};  ///< ln p(after)
  Column share{};        ///< of each state, chains that it should have; empty: not enumerated
};
struct Deviates {
  double largest = 0;  ///< of |z| of the means
  double count = 0;
};
/// With weights w^(1 + tilt): a tilt of 0.2 is a beta that is 20 % off.
[[nodiscard]] Deviates deviates_of(const OneStep& step, Support support, double tilt);

}  // namespace nmc::certify
