#include "models/flows/conv/conv_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/flows/conv/conv_kernel.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "models/flows/conv/conv_kernel-inl.h"

#if HWY_ONCE
namespace nmc {

#define NMC_COUPLE_FIELD(T)                                                               \
  HWY_EXPORT(couple_field_##T);                                                           \
  void couple_field(const PackedConvNet<T>& net, const ConvStencil& s, Direction way,     \
                    TileView<T> tile) {                                                   \
    HWY_DYNAMIC_DISPATCH(couple_field_##T)(net, s, way, tile);                            \
  }                                                                                       \
  HWY_EXPORT(couple_field_vjp_##T);                                                       \
  void couple_field_vjp(const PackedConvNet<T>& net, const ConvStencil& s, Direction way, \
                        const TileVjp<T>& tile) {                                         \
    HWY_DYNAMIC_DISPATCH(couple_field_vjp_##T)(net, s, way, tile);                        \
  }
NMC_COUPLE_FIELD(float)
NMC_COUPLE_FIELD(double)
#undef NMC_COUPLE_FIELD

}  // namespace nmc
#endif
