#pragma once

#include "core/random/xoshiro.hpp"
#include "samplers/learned/policy_path.hpp"

namespace nmc {

/// The decisions of a PolicyPath.
class PolicyRandom {
 public:
  PolicyRandom(const Xoshiro& generator, Index sites)
      : generator_(generator), sites_(static_cast<std::uint64_t>(sites)) {}
  bool rests() { return generator_.below(sites_ + 1) == sites_; }
  bool is_plain() { return generator_.below(PolicyPath::kPlainShare) == 0; }
  std::size_t any_site() { return static_cast<std::size_t>(generator_.below(sites_)); }
  /// 1 … longest.
  Index length(Index longest) {
    return 1 + static_cast<Index>(generator_.below(static_cast<std::uint64_t>(longest)));
  }
  std::size_t site(const WeightTree& tree) { return tree.leaf_at(generator_.uniform()); }
  bool accepts(double probability) { return generator_.uniform() < probability; }

 private:
  Xoshiro generator_;
  std::uint64_t sites_;
};

}  // namespace nmc
