#include "models/flows/map/coupling_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/flows/map/coupling_kernel.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "models/flows/map/coupling_kernel-inl.h"

#if HWY_ONCE
namespace nmc {

#define NMC_COUPLE(T)                                                                          \
  HWY_EXPORT(couple_##T);                                                                      \
  void couple(const PackedCoupling<T>& c, const Patches& p, Direction way, TileView<T> tile) { \
    HWY_DYNAMIC_DISPATCH(couple_##T)(c, p, way, tile);                                         \
  }                                                                                            \
  HWY_EXPORT(couple_vjp_##T);                                                                  \
  void couple_vjp(const PackedCoupling<T>& c, const Patches& p, Direction way,                 \
                  const TileVjp<T>& tile) {                                                    \
    HWY_DYNAMIC_DISPATCH(couple_vjp_##T)(c, p, way, tile);                                     \
  }
NMC_COUPLE(float)
NMC_COUPLE(double)
#undef NMC_COUPLE

}  // namespace nmc
#endif
