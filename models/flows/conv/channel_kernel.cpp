#include "models/flows/conv/channel_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/flows/conv/channel_kernel.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "models/flows/conv/channel_kernel-inl.h"

#if HWY_ONCE
namespace nmc {

#define NMC_COUPLE_CHANNELS(T)                                                               \
  HWY_EXPORT(couple_channels_##T);                                                           \
  void couple_channels(const ChannelNet<T>& of, Direction way, TileView<T> tile) {           \
    HWY_DYNAMIC_DISPATCH(couple_channels_##T)(of, way, tile);                                \
  }                                                                                          \
  HWY_EXPORT(couple_channels_vjp_##T);                                                       \
  void couple_channels_vjp(const ChannelNet<T>& of, Direction way, const TileVjp<T>& tile) { \
    HWY_DYNAMIC_DISPATCH(couple_channels_vjp_##T)(of, way, tile);                            \
  }
NMC_COUPLE_CHANNELS(float)
NMC_COUPLE_CHANNELS(double)
#undef NMC_COUPLE_CHANNELS

}  // namespace nmc
#endif
