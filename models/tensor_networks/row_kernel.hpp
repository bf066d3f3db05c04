#pragma once

#include <array>
#include <span>

#include "core/simd/tile.hpp"

/// What a row of tensors does besides its dense layers, on tiles of simd::kTile chains in the
/// lanes: vectors are (features, kTile), 64-byte aligned, numbers of a chain (kTile).
namespace nmc::tensor {

/// What a sum over one spin needs; of[0] is the spin up, of[1] the spin down.
struct SpinSum {
  int features = 0;
  std::array<const double*, 2> in{};      ///< vectors
  std::array<const double*, 2> weight{};  ///< exp of the field on the spin
  const double* alike = nullptr;          ///< exp of the coupling to the spin to the left, …
  const double* unlike = nullptr;         ///< … where both are alike, and where they are not
  std::array<double*, 2> out{};           ///< vectors, by the spin to the left
  double* largest = nullptr;              ///< (kTile) raised to the largest |entry| of a chain
};
/// out[s'] = Σ_s in[s] weight[s] exp(J s s').
void sum_over_spin(const SpinSum& sum);

/// What a sum over one label needs.
struct LabelSum {
  int features = 0;
  std::span<const double* const> in;      ///< (labels) vectors
  std::span<const double* const> weight;  ///< (labels), of each chain
  double* out = nullptr;                  ///< a vector
  double* largest = nullptr;              ///< (kTile) raised to the largest |entry| of a chain
};
/// out = Σ_t weight[t] in[t].
void sum_over_label(const LabelSum& sum);

/// out = in[s], with 1 as its largest |entry| where that is not 0.
struct LabelChoice {
  int features = 0;
  const double* s = nullptr;          ///< (kTile), 0, 1, …
  std::span<const double* const> in;  ///< (labels) vectors
  double* out = nullptr;
};
void choose_label(const LabelChoice& choice);

/// vector /= scale, where a chain has a scale that is not 0.
void divide(int features, const double* scale, double* vector);

/// out[chain] = Σ_features a b.
void dot(int features, const double* a, const double* b, double* out);

/// out = up where s > 0, else down, with 1 as its largest |entry| where that is not 0.
struct Choice {
  int features = 0;
  const double* s = nullptr;  ///< (kTile)
  std::array<const double*, 2> in{};
  double* out = nullptr;
};
void choose(const Choice& choice);

/// ln(up/down) of weights that are not negative, held within ±ln(1/least): a weight that truncation
/// has made negative or 0 counts as `least` times the other, and two of them as equal.
void log_odds(const double* up, const double* down, double least, double* out);

}  // namespace nmc::tensor
