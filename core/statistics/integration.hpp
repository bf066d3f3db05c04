#pragma once

#include "core/batch.hpp"

namespace nmc::statistics {

/// A function at the nodes of a grid with its first two derivatives, (nodes) each.
struct Sampled2 {
  Column x, f, df, d2f;
};

/// Running integral from x_0 to every node, (nodes), and how far the last order of the derivatives
/// moved it: a bound of the error of the rule.
struct Integral {
  Column value;
  Column rule_error;
};

/// Two-point Hermite rules: over one interval of length h the quintic through f, f', f'' gives
///   h/2 (f_0 + f_1) + h²/10 (f'_0 − f'_1) + h³/120 (f''_0 + f''_1),  error O(h⁷ f⁽⁶⁾),
/// and the cubic through f, f' alone h/2 (f_0 + f_1) + h²/12 (f'_0 − f'_1), error O(h⁵ f⁽⁴⁾)
/// (Lanczos, Applied Analysis, 1956, ch. VI). The value is the quintic's, the rule's error the sum
/// of the distances between the two.
[[nodiscard]] Integral hermite_integral(const Sampled2& samples);

}  // namespace nmc::statistics
