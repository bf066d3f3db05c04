#include "models/flows/spline/circular_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/flows/spline/circular_kernel.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "models/flows/spline/circular_kernel-inl.h"

#if HWY_ONCE
namespace nmc {

#define NMC_COUPLE_ANGLES(T)                                                               \
  HWY_EXPORT(couple_angles_##T);                                                           \
  void couple_angles(const CircularNet<T>& c, const CircularPatches& p, Direction way,     \
                     TileView<double> tile) {                                              \
    HWY_DYNAMIC_DISPATCH(couple_angles_##T)(c, p, way, tile);                              \
  }                                                                                        \
  HWY_EXPORT(couple_angles_vjp_##T);                                                       \
  void couple_angles_vjp(const CircularNet<T>& c, const CircularPatches& p, Direction way, \
                         const TileVjp<double>& tile) {                                    \
    HWY_DYNAMIC_DISPATCH(couple_angles_vjp_##T)(c, p, way, tile);                          \
  }
NMC_COUPLE_ANGLES(float)
NMC_COUPLE_ANGLES(double)
#undef NMC_COUPLE_ANGLES

}  // namespace nmc
#endif
