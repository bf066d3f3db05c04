#include "drivers/neuralmc.hpp"

/// Magnetisation of the even sites less that of the odd ones, per site: order of an
/// antiferromagnet.
struct Staggered : nmc::OwnObservable {
  [[nodiscard]] nmc::Column measure(const nmc::Batch& s) const override {
    nmc::Column m = nmc::Column::Zero(s.rows());
    for (nmc::Index i = 0; i < s.cols(); ++i) m += (i % 2 == 0 ? 1 : -1) * s.col(i);
#ifdef PLANT_FAULT
    return m / static_cast<double>(s.size());  // chains times sites, in place of sites
#else
    return m / static_cast<double>(s.cols());
#endif
  }
};
NMC_REGISTER_OBSERVABLE(Staggered, "staggered")

NMC_MAIN()
