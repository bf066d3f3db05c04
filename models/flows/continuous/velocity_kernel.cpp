#include "models/flows/continuous/velocity_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/flows/continuous/velocity_kernel.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "models/flows/continuous/velocity_kernel-inl.h"

#if HWY_ONCE
namespace nmc {

#define NMC_NET_VELOCITY(T)                                                          \
  HWY_EXPORT(integrate_net_##T);                                                     \
  void integrate_net(const NetAt<T>& net, Direction way, TileView<T> tile) {         \
    HWY_DYNAMIC_DISPATCH(integrate_net_##T)(net, way, tile);                         \
  }                                                                                  \
  HWY_EXPORT(integrate_net_vjp_##T);                                                 \
  void integrate_net_vjp(const NetAt<T>& net, Direction way, const TileVjp<T>& tile, \
                         VelocityGradient* grad) {                                   \
    HWY_DYNAMIC_DISPATCH(integrate_net_vjp_##T)(net, way, tile, grad);               \
  }
NMC_NET_VELOCITY(float)
NMC_NET_VELOCITY(double)
#undef NMC_NET_VELOCITY

}  // namespace nmc
#endif
