#include "models/flows/continuous/match_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/flows/continuous/match_kernel.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "models/flows/continuous/match_kernel-inl.h"

#if HWY_ONCE
namespace nmc {

#define NMC_MATCH_VELOCITY(T)                                                                  \
  HWY_EXPORT(match_velocity_##T);                                                              \
  void match_velocity(const MatchNet<T>& net, const MatchTile<T>& tile, MatchGradient* grad) { \
    HWY_DYNAMIC_DISPATCH(match_velocity_##T)(net, tile, grad);                                 \
  }
NMC_MATCH_VELOCITY(float)
NMC_MATCH_VELOCITY(double)
#undef NMC_MATCH_VELOCITY

}  // namespace nmc
#endif
