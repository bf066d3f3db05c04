#include <cmath>

#include "drivers/neuralmc.hpp"

/// Turns over a spin that is up or one that is down, each half of the time, whatever their numbers.
struct Balanced : nmc::Move {
  [[nodiscard]] bool suits(nmc::Support support) const override {
    return support == nmc::Support::spin;
  }
  double propose(nmc::Configuration& s, nmc::Dice& dice) const override {
    const double sign = dice.happens(0.5) ? 1 : -1;
    const nmc::Index there = (s == sign).count(), others = s.size() - there;
    if (there == 0) return 0;  // s stays
    nmc::Index left = dice.below(there), site = 0;
    while (s(site) != sign || left-- > 0) ++site;
    s(site) = -sign;
#ifdef PLANT_FAULT
    return 0 * static_cast<double>(others);  // as if it were symmetric
#else
    return std::log(static_cast<double>(there) / static_cast<double>(others + 1));
#endif
  }
};
NMC_REGISTER_SAMPLER(Balanced, "balanced")

NMC_MAIN()
