#include "models/flows/continuous/kernel_ode.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/flows/continuous/kernel_ode.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "models/flows/continuous/kernel_ode-inl.h"

#if HWY_ONCE
namespace nmc {

#define NMC_KERNEL_ODE(T)                                                                         \
  HWY_EXPORT(integrate_kernel_##T);                                                               \
  void integrate_kernel(const PackedKernelField<T>& f, Direction way, TileView<T> tile) {         \
    HWY_DYNAMIC_DISPATCH(integrate_kernel_##T)(f, way, tile);                                     \
  }                                                                                               \
  HWY_EXPORT(integrate_kernel_vjp_##T);                                                           \
  void integrate_kernel_vjp(const PackedKernelField<T>& f, Direction way, const TileVjp<T>& tile, \
                            KernelTables<double>* grad) {                                         \
    HWY_DYNAMIC_DISPATCH(integrate_kernel_vjp_##T)(f, way, tile, grad);                           \
  }
NMC_KERNEL_ODE(float)
NMC_KERNEL_ODE(double)
#undef NMC_KERNEL_ODE

}  // namespace nmc
#endif
