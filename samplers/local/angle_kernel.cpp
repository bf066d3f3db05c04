#include "samplers/local/angle_kernel.hpp"

#include <numbers>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "samplers/local/angle_kernel.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "core/simd/circle-inl.h"
#include "core/simd/math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::angle_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using simd::HWY_NAMESPACE::vec_atan2;
using simd::HWY_NAMESPACE::vec_wrap;

using Wide = hn::CappedTag<double, 8>;
using Narrow = hn::CappedTag<double, 1>;

/// Calls work(tag, first chain) so that vectors cover all chains. Products that are added are fused
/// by name, so that vectors of all lengths round alike.
template <class Work>
HWY_INLINE void over_chains(Index chains, const Work& work) {
  constexpr auto step = static_cast<Index>(hn::MaxLanes(Wide()));
  Index c = 0;
  for (; c + step <= chains; c += step) work(Wide(), c);
  for (; c < chains; ++c) work(Narrow(), c);
}

template <class D>
struct Field {
  hn::Vec<D> a, b;
};

template <class D>
HWY_INLINE Field<D> field_on(D d, const AngleChains& of, Index site, Index chain) {
  const AngleCouplings& couplings = *of.couplings;
  const auto i = static_cast<std::size_t>(site);
  auto a = hn::Set(d, couplings.field[i]), b = hn::Zero(d);
  for (Index n = couplings.near.first[i]; n < couplings.near.first[i + 1]; ++n) {
    const auto place = static_cast<std::size_t>(n);
    const Index there = couplings.near.neighbour[place] * of.chains + chain;
    const auto J = hn::Set(d, couplings.near.J[place]);
    a = hn::MulAdd(J, hn::LoadU(d, of.cosine + there), a);
    b = hn::MulAdd(J, hn::LoadU(d, of.sine + there), b);
  }
  return {a, b};
}

HWY_NOINLINE void fields_kernel(const AngleChains& of, Index site, const AngleFields& fields) {
  over_chains(of.chains, [&](auto d, Index c) HWY_ATTR {
    const auto field = field_on(d, of, site, c);
    hn::StoreU(field.a, d, fields.a + c);
    hn::StoreU(field.b, d, fields.b + c);
  });
}

HWY_NOINLINE void propose_kernel(const AngleChains& of, Index site,
                                 const AngleProposals& proposals) {
  over_chains(of.chains, [&](auto d, Index c) HWY_ATTR {
    const Index at = site * of.chains + c;
    const auto field = field_on(d, of, site, c);
    const auto theta = hn::LoadU(d, of.theta + at);
    const auto cosine = hn::LoadU(d, of.cosine + at), sine = hn::LoadU(d, of.sine + at);
    const auto u = hn::LoadU(d, proposals.u + c);
    const auto centred = hn::Sub(hn::Add(u, u), hn::Set(d, 1));
    const auto next = vec_wrap(d, hn::MulAdd(hn::Set(d, proposals.width), centred, theta));
    const auto next_cosine = hn::Cos(d, next), next_sine = hn::Sin(d, next);
    const auto gain = hn::MulAdd(field.a, hn::Sub(next_cosine, cosine),
                                 hn::Mul(field.b, hn::Sub(next_sine, sine)));
    const auto change = hn::Mul(hn::Set(d, of.beta), gain);
    const auto p = hn::Exp(d, hn::Min(change, hn::Zero(d)));
    const auto sum = hn::LoadU(d, proposals.probability + c);
    hn::StoreU(hn::Add(sum, p), d, proposals.probability + c);
    const auto is_taken = hn::Lt(hn::LoadU(d, proposals.v + c), p);
    hn::StoreU(hn::IfThenElse(is_taken, next, theta), d, of.theta + at);
    hn::StoreU(hn::IfThenElse(is_taken, next_cosine, cosine), d, of.cosine + at);
    hn::StoreU(hn::IfThenElse(is_taken, next_sine, sine), d, of.sine + at);
  });
}

/// The direction n of the field by v' = 2 (v·n) n − v.
HWY_NOINLINE void reflect_kernel(const AngleChains& of, Index site) {
  over_chains(of.chains, [&](auto d, Index c) HWY_ATTR {
    const Index at = site * of.chains + c;
    const auto [a, b] = field_on(d, of, site, c);
    const auto theta = hn::LoadU(d, of.theta + at);
    const auto cosine = hn::LoadU(d, of.cosine + at), sine = hn::LoadU(d, of.sine + at);
    const auto square = hn::MulAdd(a, a, hn::Mul(b, b));
    const auto has_field = hn::Gt(square, hn::Zero(d));
    const auto along = hn::MulAdd(a, cosine, hn::Mul(b, sine));
    const auto twice =
        hn::Div(hn::Add(along, along), hn::IfThenElse(has_field, square, hn::Set(d, 1)));
    const auto next_cosine = hn::MulSub(twice, a, cosine);
    const auto next_sine = hn::MulSub(twice, b, sine);
    const auto next = vec_wrap(d, vec_atan2(d, next_sine, next_cosine));
    hn::StoreU(hn::IfThenElse(has_field, next, theta), d, of.theta + at);
    hn::StoreU(hn::IfThenElse(has_field, next_cosine, cosine), d, of.cosine + at);
    hn::StoreU(hn::IfThenElse(has_field, next_sine, sine), d, of.sine + at);
  });
}

HWY_NOINLINE void von_mises_kernel(const VonMises& attempts) {
  over_chains(attempts.count, [&](auto d, Index c) HWY_ATTR {
    const auto one = hn::Set(d, 1), zero = hn::Zero(d);
    const auto kappa = hn::LoadU(d, attempts.kappa + c), two_kappa = hn::Add(kappa, kappa);
    const auto root = hn::Sqrt(hn::MulAdd(two_kappa, two_kappa, one));
    const auto inverse = hn::Div(one, hn::Add(root, two_kappa));
    const auto q = hn::MulAdd(hn::Set(d, 0.5), inverse, hn::Set(d, 0.5));
    const auto g = hn::Sqrt(hn::Div(q, hn::Add(q, two_kappa)));
    const auto u = hn::LoadU(d, attempts.u + c);
    const auto half_turns = hn::Mul(hn::Sub(u, hn::Set(d, 0.5)), hn::Set(d, std::numbers::pi));
    const auto cosine = hn::Max(hn::Cos(d, half_turns), zero);
    const auto sine = hn::Mul(g, hn::Sin(d, half_turns));
    const auto square = hn::Mul(sine, sine);
    const auto y = hn::Div(square, hn::MulAdd(cosine, cosine, square));  // sin²(δ/2)
    const auto angle = vec_atan2(d, sine, cosine);
    const auto cost = hn::MulAdd(two_kappa, y, q);
    const auto log_share = hn::Add(hn::Log(d, cost), hn::Sub(one, cost));
    const auto is_taken = hn::Ge(log_share, hn::Log(d, hn::LoadU(d, attempts.v + c)));
    hn::StoreU(hn::Add(angle, angle), d, attempts.delta + c);
    hn::StoreU(hn::IfThenElse(is_taken, one, zero), d, attempts.is_taken + c);
  });
}

HWY_NOINLINE void turn_kernel(const AngleChains& of, Index site, const AngleFields& fields,
                              const VonMises& drawn) {
  over_chains(of.chains, [&](auto d, Index c) HWY_ATTR {
    const Index at = site * of.chains + c;
    const auto centre = vec_atan2(d, hn::LoadU(d, fields.b + c), hn::LoadU(d, fields.a + c));
    const auto next = vec_wrap(d, hn::Add(centre, hn::LoadU(d, drawn.delta + c)));
    const auto is_taken = hn::Gt(hn::LoadU(d, drawn.is_taken + c), hn::Zero(d));
    const auto put = [&](auto value, double* place) HWY_ATTR {
      hn::StoreU(hn::IfThenElse(is_taken, value, hn::LoadU(d, place)), d, place);
    };
    put(next, of.theta + at);
    put(hn::Cos(d, next), of.cosine + at);
    put(hn::Sin(d, next), of.sine + at);
  });
}

}  // namespace nmc::angle_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc::angle_detail {

HWY_EXPORT(fields_kernel);
HWY_EXPORT(propose_kernel);
HWY_EXPORT(reflect_kernel);
HWY_EXPORT(von_mises_kernel);
HWY_EXPORT(turn_kernel);

void local_fields(const AngleChains& of, Index site, const AngleFields& fields) {
  HWY_DYNAMIC_DISPATCH(fields_kernel)(of, site, fields);
}

void propose(const AngleChains& of, Index site, const AngleProposals& proposals) {
  HWY_DYNAMIC_DISPATCH(propose_kernel)(of, site, proposals);
}

void reflect(const AngleChains& of, Index site) {
  HWY_DYNAMIC_DISPATCH(reflect_kernel)(of, site);
}

void draw_von_mises(const VonMises& attempts) {
  HWY_DYNAMIC_DISPATCH(von_mises_kernel)(attempts);
}

void turn(const AngleChains& of, Index site, const AngleFields& fields, const VonMises& drawn) {
  HWY_DYNAMIC_DISPATCH(turn_kernel)(of, site, fields, drawn);
}

}  // namespace nmc::angle_detail
#endif
