#include "models/flows/autoregressive/made_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/flows/autoregressive/made_kernel.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "models/flows/autoregressive/made_kernel-inl.h"

#if HWY_ONCE
namespace nmc {

#define NMC_MADE(T)                                                           \
  HWY_EXPORT(made_map_##T);                                                   \
  void made_map(const MadeNet<T>& net, Direction way, TileView<T> tile) {     \
    HWY_DYNAMIC_DISPATCH(made_map_##T)(net, way, tile);                       \
  }                                                                           \
  HWY_EXPORT(made_vjp_##T);                                                   \
  void made_vjp(const MadeNet<T>& net, Direction way, const TileVjp<T>& tile, \
                MadeGradient* grad) {                                         \
    HWY_DYNAMIC_DISPATCH(made_vjp_##T)(net, way, tile, grad);                 \
  }
NMC_MADE(float)
NMC_MADE(double)
#undef NMC_MADE

}  // namespace nmc
#endif
