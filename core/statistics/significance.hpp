#pragma once

namespace nmc::statistics {

/// Φ⁻¹(p), the quantile of the standard normal, p in [0, 1] (±∞ at the ends, NaN outside).
[[nodiscard]] double normal_quantile(double p);

/// (value - exact) / error; NaN where the error is 0 or not finite.
[[nodiscard]] double z_score(double value, double error, double exact);

/// How many states that move a draw by `step` would have been expected in so many draws, if such
/// states, none of which was drawn, were all that separates the mean of the draws from `exact`.
[[nodiscard]] double expected_unseen(double value, double exact, double step, double draws);
/// The error of the mean, or what so many unseen states scatter by (Poisson) where that is more.
[[nodiscard]] double error_with_unseen(double error, double unseen, double step, double draws);

/// Probability that a standard normal is at least as far from 0 as z.
[[nodiscard]] double two_sided_p(double z);

/// Probability that Student's t with `degrees_of_freedom` > 0 is at least as far from 0.
[[nodiscard]] double student_p(double t, double degrees_of_freedom);

/// The z of a normal that is as improbable as Student's t with `degrees_of_freedom` > 0: what a
/// deviation in errors means whose errors come from so few numbers. Sign of t; |z| ≤ 37.
[[nodiscard]] double student_z(double t, double degrees_of_freedom);

/// Probability that F with `between` and `within` > 0 degrees of freedom is at least f.
[[nodiscard]] double f_p(double f, double between, double within);

/// Probability that χ² with `degrees_of_freedom` > 0 is at least chi2.
[[nodiscard]] double chi_square_p(double chi2, double degrees_of_freedom);

}  // namespace nmc::statistics
