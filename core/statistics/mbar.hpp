#pragma once

#include "core/statistics/chains.hpp"

namespace nmc::statistics {

/// Draws of several states, pooled.
struct PooledDraws {
  Batch log_density;  ///< ln of every state's unnormalised density at every draw, (draws, states)
  Column weight;      ///< how many draws each row stands for, (draws)
  Column counts;      ///< draws taken from each state, > 0, (states); their sum is that of weight
};

struct MbarResult {
  Column lnZ;  ///< ln Z_k − ln Z_0, (states); NaN where it did not converge
  Index iterations = 0;
  bool converged = false;  ///< false: the states do not overlap
};

/// Multistate reweighting (Bennett acceptance ratio of many states; Shirts and Chodera, J. Chem.
/// Phys. 129, 124105 (2008), eq. 11; Geyer 1994):
///   Z_k = Σ_n w_n q_k(x_n) / Σ_j N_j q_j(x_n) / Z_j,
/// the maximum likelihood of the normalisations given all draws. Solved by Newton steps on the
/// convex function Σ_n w_n ln Σ_j e^{a_j} q_j(x_n) − Σ_j N_j a_j, a_j = ln N_j / Z_j. `start`, lnZ
/// of a nearby problem, saves steps.
[[nodiscard]] MbarResult mbar(const PooledDraws& draws, const Column& start = {});

}  // namespace nmc::statistics
