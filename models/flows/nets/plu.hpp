#pragma once

#include <cmath>
#include <cstddef>

#include "core/simd/tile.hpp"

/// Square matrices A = L D U that act on rows of a tile, with L a unit lower and U a unit upper
/// triangle and D = e^s: ln det A = Σ s, and the inverse needs no elimination (Kingma and Dhariwal
/// 2018, arXiv:1807.03039, sec. 3.2).
namespace nmc {

/// The factors in one square, row-major: L below the diagonal, s on it, U above.
struct Plu {
  const double* entries = nullptr;
  int size = 0;
};

/// Rows of a tile, (sites) of them in this order.
template <class T>
struct RowsOfSites {
  T* y = nullptr;
  const int* sites = nullptr;
  [[nodiscard]] T* operator()(int i) const {
    return y + static_cast<std::size_t>(sites[i]) * simd::kTile;
  }
};

/// What is pulled back: the rows, their cotangents, and where the gradient by the square of the
/// factors goes, (size, size) or null.
template <class T>
struct RowsVjp {
  RowsOfSites<T> y, g;
  double* grad = nullptr;
};

/// Which of A, A⁻¹, Aᵀ, A⁻ᵀ.
struct PluForm {
  bool is_inverse = false;
  bool is_transposed = false;
};

namespace plu {

/// A unit triangle of the square, or its transpose.
struct Triangle {
  Plu of;
  bool is_lower = true;
  bool is_transposed = false;

  [[nodiscard]] std::size_t place(int i, int j) const {
    const int row = is_transposed ? j : i, column = is_transposed ? i : j;
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(of.size) +
           static_cast<std::size_t>(column);
  }
  /// Whether row i of it reads what comes before i.
  [[nodiscard]] bool reads_before() const { return is_lower != is_transposed; }
};

template <class T>
void add_row(T* to, double factor, const T* from) {
  const T f = static_cast<T>(factor);
  for (int k = 0; k < simd::kTile; ++k) to[k] += f * from[k];
}

template <class T>
double row_product(const T* a, const T* b) {
  double sum = 0;
  for (int k = 0; k < simd::kTile; ++k)
    sum += static_cast<double>(a[k]) * static_cast<double>(b[k]);
  return sum;
}

/// y ← M y, or M⁻¹ y.
template <class T>
void turn(const Triangle& m, bool is_inverse, RowsOfSites<T> y) {
  const int n = m.of.size;
  // A product reads rows that are not changed yet, a solution those that are.
  const bool goes_up = m.reads_before() != is_inverse;
  for (int step = 0; step < n; ++step) {
    const int i = goes_up ? n - 1 - step : step;
    const int first = m.reads_before() ? 0 : i + 1, last = m.reads_before() ? i : n;
    for (int j = first; j < last; ++j) {
      const double entry = m.of.entries[m.place(i, j)];
      add_row(y(i), is_inverse ? -entry : entry, y(j));
    }
  }
}

/// Back through turn(): y leaves as what entered, g as its cotangent.
template <class T>
void turn_vjp(const Triangle& m, bool is_inverse, const RowsVjp<T>& rows) {
  const int n = m.of.size;
  Triangle transposed = m;
  transposed.is_transposed = !m.is_transposed;
  const auto collect = [&](double sign) {
    if (rows.grad == nullptr) return;
    for (int i = 0; i < n; ++i) {
      const int first = m.reads_before() ? 0 : i + 1, last = m.reads_before() ? i : n;
      for (int j = first; j < last; ++j)
        rows.grad[m.place(i, j)] += sign * row_product(rows.g(i), rows.y(j));
    }
  };
  if (is_inverse) {
    turn(transposed, true, rows.g);
    collect(-1);
    turn(m, false, rows.y);
  } else {
    turn(m, true, rows.y);
    collect(1);
    turn(transposed, false, rows.g);
  }
}

template <class T>
void stretch(Plu of, double sign, RowsOfSites<T> y) {
  for (int i = 0; i < of.size; ++i) {
    const auto at = static_cast<std::size_t>(i) * static_cast<std::size_t>(of.size + 1);
    const T factor = static_cast<T>(std::exp(sign * of.entries[at]));
    T* const row = y(i);
    for (int k = 0; k < simd::kTile; ++k) row[k] *= factor;
  }
}

}  // namespace plu

/// Σ s = ln |det A|.
inline double log_det(Plu of) {
  double sum = 0;
  for (int i = 0; i < of.size; ++i) sum += of.entries[i * (of.size + 1)];
  return sum;
}

/// y ← A y in one of its forms.
template <class T>
void apply_plu(Plu of, PluForm form, RowsOfSites<T> y) {
  // A and its inverse transpose begin with U.
  const bool lower_first = form.is_inverse != form.is_transposed;
  const auto side = [&](bool is_lower) {
    plu::turn(plu::Triangle{of, is_lower, form.is_transposed}, form.is_inverse, y);
  };
  side(lower_first);
  plu::stretch(of, form.is_inverse ? -1 : 1, y);
  side(!lower_first);
}

/// Back through apply_plu(), as plu::turn_vjp(); ln det is the caller's.
template <class T>
void apply_plu_vjp(Plu of, PluForm form, const RowsVjp<T>& rows) {
  const bool lower_first = form.is_inverse != form.is_transposed;
  const double sign = form.is_inverse ? -1 : 1;
  const auto side = [&](bool is_lower) {
    plu::turn_vjp(plu::Triangle{of, is_lower, form.is_transposed}, form.is_inverse, rows);
  };
  side(!lower_first);
  if (rows.grad != nullptr)
    for (int i = 0; i < of.size; ++i)
      rows.grad[i * (of.size + 1)] += sign * plu::row_product(rows.g(i), rows.y(i));
  plu::stretch(of, -sign, rows.y);
  plu::stretch(of, sign, rows.g);
  side(lower_first);
}

}  // namespace nmc
