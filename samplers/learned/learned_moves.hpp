#pragma once

#include <memory>

#include "core/interfaces.hpp"
#include "samplers/learned/learned_map.hpp"

namespace nmc {

/// The proposal of a LearnedMap: fresh momenta v ~ N(0, 1), then f or f^{-1} with equal odds,
///   ln ratio = ½|v|² − ½|v'|² + ln |det|,
/// where the coordinates are warped the determinants of these at both ends too.
/// The inverse map is proposed where the map was, so that their odds cancel. The target must
/// outlive it.
class LearnedMoves final : public Proposal {
 public:
  LearnedMoves(const Target& target, std::unique_ptr<LearnedMap> map, double start_width);

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  [[nodiscard]] Support support() const override { return Support::real; }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  [[nodiscard]] Proposed propose(const ChainState& state, const Streams& streams,
                                 Index attempt) const override;
  /// The same of given momenta, (chains, sites), and directions, 1 or −1.
  [[nodiscard]] Proposed travel(const ChainState& state, const Batch& v,
                                const Column& direction) const;
  [[nodiscard]] ProposalTraits traits() const override;

  [[nodiscard]] LearnedMap& map() { return *map_; }
  [[nodiscard]] const LearnedMap& map() const { return *map_; }
  [[nodiscard]] Whitened& whitened() { return whitened_; }
  [[nodiscard]] const Whitened& whitened() const { return whitened_; }

 private:
  const Target& target_;
  std::unique_ptr<LearnedMap> map_;
  Whitened whitened_;
  double start_width_;
};

}  // namespace nmc
