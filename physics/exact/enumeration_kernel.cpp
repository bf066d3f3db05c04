#include "physics/exact/enumeration_kernel.hpp"

#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/exact/enumeration_kernel.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Vectors of D, so that blocks shorter than a vector go through single lanes.
template <class D>
BlockSums sum_vectors(D d, double* energy, const double* magnetisation, std::size_t n,
                      const BlockParameters& parameters) {
  const std::size_t lanes = hn::Lanes(d);
  auto lowest = hn::LoadU(d, energy);
  for (std::size_t i = lanes; i < n; i += lanes) lowest = hn::Min(lowest, hn::LoadU(d, energy + i));
  BlockSums sums;
  sums.min = hn::GetLane(hn::MinOfLanes(d, lowest));

  const auto reference = hn::Set(d, sums.min), minus_beta = hn::Set(d, -parameters.beta);
  const auto tie = hn::Set(d, parameters.tie), outside = hn::Set(d, parameters.magnetisation);
  const auto one = hn::Set(d, 1.0);
  auto weight = hn::Zero(d), first = hn::Zero(d), second = hn::Zero(d), ground = hn::Zero(d);
  auto abs_m = hn::Zero(d), m2 = hn::Zero(d), m4 = hn::Zero(d);
  for (std::size_t i = 0; i < n; i += lanes) {
    const auto excess = hn::Sub(hn::LoadU(d, energy + i), reference);
    const auto w = hn::Exp(d, hn::Mul(minus_beta, excess));
    hn::StoreU(w, d, energy + i);
    const auto m = hn::Add(hn::LoadU(d, magnetisation + i), outside);
    const auto square = hn::Mul(m, m);
    const auto w_excess = hn::Mul(w, excess), w_square = hn::Mul(w, square);
    weight = hn::Add(weight, w);
    first = hn::Add(first, w_excess);
    second = hn::MulAdd(w_excess, excess, second);
    abs_m = hn::MulAdd(w, hn::Abs(m), abs_m);
    m2 = hn::Add(m2, w_square);
    m4 = hn::MulAdd(w_square, square, m4);
    ground = hn::Add(ground, hn::IfThenElseZero(hn::Le(excess, tie), one));
  }
  const auto total = [d](auto v) { return hn::GetLane(hn::SumOfLanes(d, v)); };
  sums.weight = total(weight), sums.first = total(first), sums.second = total(second);
  sums.abs_m = total(abs_m), sums.m2 = total(m2), sums.m4 = total(m4);
  sums.ground = total(ground);
  return sums;
}

BlockSums sum_block_target(double* energy, const double* magnetisation, std::size_t n,
                           const BlockParameters& parameters) {
  const hn::ScalableTag<double> d;
  if (n >= hn::Lanes(d)) return sum_vectors(d, energy, magnetisation, n, parameters);
  return sum_vectors(hn::CappedTag<double, 1>(), energy, magnetisation, n, parameters);
}

template <class D>
void butterflies(D d, double* low, double* high, std::size_t stride) {
  for (std::size_t k = 0; k < stride; k += hn::Lanes(d)) {
    const auto a = hn::LoadU(d, low + k), b = hn::LoadU(d, high + k);
    hn::StoreU(hn::Add(a, b), d, low + k);
    hn::StoreU(hn::Sub(a, b), d, high + k);
  }
}

void walsh_target(double* x, std::size_t n, int first_bit) {
  const hn::ScalableTag<double> d;
  for (std::size_t stride = std::size_t{1} << first_bit; stride < n; stride *= 2)
    for (std::size_t start = 0; start < n; start += 2 * stride) {
      double* low = x + start;
      if (stride >= hn::Lanes(d))
        butterflies(d, low, low + stride, stride);
      else
        butterflies(hn::CappedTag<double, 1>(), low, low + stride, stride);
    }
}

}  // namespace nmc::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc {

HWY_EXPORT(sum_block_target);
BlockSums sum_block(std::span<double> energy, std::span<const double> magnetisation,
                    const BlockParameters& parameters) {
  return HWY_DYNAMIC_DISPATCH(sum_block_target)(energy.data(), magnetisation.data(), energy.size(),
                                                parameters);
}

HWY_EXPORT(walsh_target);
void walsh_transform(std::span<double> x, int first_bit) {
  HWY_DYNAMIC_DISPATCH(walsh_target)(x.data(), x.size(), first_bit);
}

}  // namespace nmc
#endif
