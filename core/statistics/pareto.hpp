#pragma once

#include "core/batch.hpp"

namespace nmc::statistics {

/// Shape k̂ of the generalised Pareto distribution of the largest importance weights: weights have
/// about 1/k finite moments (Vehtari, Simpson, Gelman, Yao and Gabry, J. Mach. Learn. Res. 25
/// (2024)). The tail is the largest min(n/5, 3 √n) weights beyond their smallest neighbour, fitted
/// by Zhang and Stephens, Technometrics 51, 316 (2009), with the weak prior k ~ 1/2 of ten draws.
/// -∞ < ln w; NaN where the tail has fewer than five weights, or no density: weights that come
/// twice or more on average, as those of a small set of states. Infinity where all but fewer than
/// five vanish beside them and these carry more than 1 % of the weight.
[[nodiscard]] double pareto_k(const Eigen::Ref<const Column>& log_w);

/// The fit alone, of exceedances x > 0 in ascending order, without the prior.
[[nodiscard]] double fit_pareto(const Eigen::Ref<const Column>& x);

}  // namespace nmc::statistics
