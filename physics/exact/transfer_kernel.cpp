#include "physics/exact/transfer_kernel.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/exact/transfer_kernel.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class D>
struct Sums {
  hn::Vec<D> energy, weight, first, second, ground;
};

template <class D>
HWY_INLINE Sums<D> load(D d, const FrontierSums& sums, std::size_t i) {
  return {hn::LoadU(d, sums.energy.data() + i), hn::LoadU(d, sums.weight.data() + i),
          hn::LoadU(d, sums.first.data() + i), hn::LoadU(d, sums.second.data() + i),
          hn::LoadU(d, sums.ground.data() + i)};
}

template <class D>
HWY_INLINE void store(D d, const Sums<D>& v, FrontierSums& sums, std::size_t i) {
  hn::StoreU(v.energy, d, sums.energy.data() + i);
  hn::StoreU(v.weight, d, sums.weight.data() + i);
  hn::StoreU(v.first, d, sums.first.data() + i);
  hn::StoreU(v.second, d, sums.second.data() + i);
  hn::StoreU(v.ground, d, sums.ground.data() + i);
}

/// Both sums together, about the lower of the two least energies: only positive numbers are added.
template <class D>
HWY_INLINE Sums<D> merge(D d, const Sums<D>& a, const Sums<D>& b, hn::Vec<D> minus_beta,
                         hn::Vec<D> tie) {
  const auto a_is_low = hn::Le(a.energy, b.energy);
  const auto low = [&](auto x, auto y) HWY_ATTR { return hn::IfThenElse(a_is_low, x, y); };
  const auto shift = hn::Abs(hn::Sub(a.energy, b.energy));
  const auto factor = hn::Exp(d, hn::Mul(minus_beta, shift));
  const auto weight = hn::Mul(factor, low(b.weight, a.weight));
  const auto first = hn::Mul(factor, low(b.first, a.first));
  const auto second = hn::Mul(factor, low(b.second, a.second));
  Sums<D> sum;
  sum.energy = hn::Min(a.energy, b.energy);
  sum.weight = hn::Add(low(a.weight, b.weight), weight);
  const auto shifted = hn::MulAdd(shift, weight, first);
  sum.first = hn::Add(low(a.first, b.first), shifted);
  // Σ w (ε + δ)² = Σ w ε² + δ (Σ w ε + Σ w (ε + δ)).
  sum.second = hn::Add(low(a.second, b.second), hn::MulAdd(shift, hn::Add(first, shifted), second));
  const auto other = hn::IfThenElseZero(hn::Le(shift, tie), low(b.ground, a.ground));
  sum.ground = hn::Add(low(a.ground, b.ground), other);
  return sum;
}

/// The run of states from `start` with the slot clear and, `stride` further, those with it set.
template <class D>
void replace_run(D d, FrontierSums& sums, const double* local, std::size_t start,
                 std::size_t stride, const MergeParameters& parameters) {
  const auto minus_beta = hn::Set(d, -parameters.beta), tie = hn::Set(d, parameters.tie);
  for (std::size_t i = start; i < start + stride; i += hn::Lanes(d)) {
    auto a = load(d, sums, i), b = load(d, sums, i + stride);
    const auto local_a = hn::LoadU(d, local + i), local_b = hn::LoadU(d, local + i + stride);
    const auto energy_a = a.energy, energy_b = b.energy;
    a.energy = hn::Sub(energy_a, local_a), b.energy = hn::Sub(energy_b, local_b);
    store(d, merge(d, a, b, minus_beta, tie), sums, i);
    a.energy = hn::Add(energy_a, local_a), b.energy = hn::Add(energy_b, local_b);
    store(d, merge(d, a, b, minus_beta, tie), sums, i + stride);
  }
}

void replace_target(FrontierSums& sums, const double* local, int width, int slot,
                    const MergeParameters& parameters) {
  const hn::ScalableTag<double> d;
  const std::size_t stride = std::size_t{1} << slot;
  for (std::size_t start = 0; start < std::size_t{1} << width; start += 2 * stride) {
    if (stride >= hn::Lanes(d))
      replace_run(d, sums, local, start, stride, parameters);
    else
      replace_run(hn::CappedTag<double, 1>(), sums, local, start, stride, parameters);
  }
}

template <class D>
void remove_run(D d, FrontierSums& sums, std::size_t half, const MergeParameters& parameters) {
  const auto minus_beta = hn::Set(d, -parameters.beta), tie = hn::Set(d, parameters.tie);
  for (std::size_t i = 0; i < half; i += hn::Lanes(d)) {
    const auto both = merge(d, load(d, sums, i), load(d, sums, i + half), minus_beta, tie);
    store(d, both, sums, i);
  }
}

void remove_target(FrontierSums& sums, int width, const MergeParameters& parameters) {
  const hn::ScalableTag<double> d;
  const std::size_t half = std::size_t{1} << (width - 1);
  if (half >= hn::Lanes(d))
    remove_run(d, sums, half, parameters);
  else
    remove_run(hn::CappedTag<double, 1>(), sums, half, parameters);
}

/// y(i) = x(i) + shift.
template <class D>
HWY_INLINE void shifted_run(D d, const double* x, double shift, double* y, std::size_t n) {
  for (std::size_t i = 0; i < n; i += hn::Lanes(d))
    hn::StoreU(hn::Add(hn::LoadU(d, x + i), hn::Set(d, shift)), d, y + i);
}

void shifted_target(const double* x, double shift, double* y, std::size_t n) {
  const hn::ScalableTag<double> d;
  if (n >= hn::Lanes(d))
    shifted_run(d, x, shift, y, n);
  else
    shifted_run(hn::CappedTag<double, 1>(), x, shift, y, n);
}

void scaled_sum_target(const double* a, const double* b, double factor, double* y, std::size_t n) {
  const hn::ScalableTag<double> d;
  const auto scale = hn::Set(d, factor);
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= n; i += hn::Lanes(d))
    hn::StoreU(hn::MulAdd(scale, hn::LoadU(d, b + i), hn::LoadU(d, a + i)), d, y + i);
  const hn::CappedTag<double, 1> one;
  for (; i < n; ++i)
    hn::StoreU(hn::MulAdd(hn::Set(one, factor), hn::LoadU(one, b + i), hn::LoadU(one, a + i)), one,
               y + i);
}

}  // namespace nmc::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc {

namespace {

/// local(s) += c Π s over the slots, by runs of equal sign.
void add_product(const PlannedTerm& term, double coupling, std::span<double> local) {
  const std::size_t run = std::size_t{1} << std::countr_zero(term.slots);
  for (std::size_t start = 0; start < local.size(); start += run) {
    const double value = std::popcount(start & term.slots) % 2 == 0 ? coupling : -coupling;
    for (std::size_t i = start; i < start + run; ++i) local[i] += value;
  }
}

}  // namespace

FrontierSums::FrontierSums(int width) {
  for (auto* numbers : {&energy, &weight, &first, &second, &ground})
    numbers->assign(std::size_t{1} << width, 0);
}

HWY_EXPORT(shifted_target);
void fill_local_field(std::span<const PlannedTerm> terms, std::uint64_t fixed_bits, int width,
                      std::vector<double>& local) {
  std::vector<double> linear(static_cast<std::size_t>(width), 0);
  const auto coupling = [&](const PlannedTerm& term) {
    return std::popcount(term.fixed & fixed_bits) % 2 == 0 ? term.coupling : -term.coupling;
  };
  local.resize(std::size_t{1} << width);
  local[0] = 0;
  for (const PlannedTerm& term : terms) {
    if (std::popcount(term.slots) <= 1) local[0] += coupling(term);
    if (std::popcount(term.slots) == 1) linear[std::countr_zero(term.slots)] += coupling(term);
  }
  for (int slot = 0; slot < width; ++slot) {
    const std::size_t half = std::size_t{1} << slot;
    HWY_DYNAMIC_DISPATCH(shifted_target)
    (local.data(), -2 * linear[slot], local.data() + half, half);
  }
  for (const PlannedTerm& term : terms)
    if (std::popcount(term.slots) > 1) add_product(term, coupling(term), local);
}

void push_site(FrontierSums& sums, std::span<const double> local, int width) {
  const std::size_t states = std::size_t{1} << width;
  for (auto* numbers : {&sums.weight, &sums.first, &sums.second, &sums.ground})
    std::copy_n(numbers->begin(), states, numbers->begin() + static_cast<std::ptrdiff_t>(states));
  for (std::size_t i = 0; i < states; ++i) {
    sums.energy[states + i] = sums.energy[i] + local[i];
    sums.energy[i] -= local[i];
  }
}

HWY_EXPORT(replace_target);
void replace_site(FrontierSums& sums, std::span<const double> local, int width, int slot,
                  const MergeParameters& parameters) {
  HWY_DYNAMIC_DISPATCH(replace_target)(sums, local.data(), width, slot, parameters);
}

HWY_EXPORT(remove_target);
void remove_last_site(FrontierSums& sums, int width, const MergeParameters& parameters) {
  HWY_DYNAMIC_DISPATCH(remove_target)(sums, width, parameters);
}

HWY_EXPORT(scaled_sum_target);
void scaled_sum(std::span<const double> a, std::span<const double> b, double factor, double* y) {
  HWY_DYNAMIC_DISPATCH(scaled_sum_target)(a.data(), b.data(), factor, y, a.size());
}

}  // namespace nmc
#endif
