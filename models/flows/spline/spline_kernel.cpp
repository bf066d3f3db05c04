#include "models/flows/spline/spline_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/flows/spline/spline_kernel.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "models/flows/spline/spline_kernel-inl.h"

#if HWY_ONCE
namespace nmc {

#define NMC_COUPLE_SPLINES(T)                                                                  \
  HWY_EXPORT(couple_splines_##T);                                                              \
  void couple_splines(const SplineNet<T>& c, Direction way, TileView<double> tile) {           \
    HWY_DYNAMIC_DISPATCH(couple_splines_##T)(c, way, tile);                                    \
  }                                                                                            \
  HWY_EXPORT(couple_splines_vjp_##T);                                                          \
  void couple_splines_vjp(const SplineNet<T>& c, Direction way, const TileVjp<double>& tile) { \
    HWY_DYNAMIC_DISPATCH(couple_splines_vjp_##T)(c, way, tile);                                \
  }
NMC_COUPLE_SPLINES(float)
NMC_COUPLE_SPLINES(double)
#undef NMC_COUPLE_SPLINES

}  // namespace nmc
#endif
