#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "samplers/cluster/cluster_random.hpp"
#include "samplers/cluster/uniform_surrogate.hpp"

namespace nmc {

/// What a cluster was, whether it turned or not.
struct TurnedCluster {
  Index size = 0;
  bool is_accepted = false;
};

/// SelfLearningWalk of a UniformSurrogate, in one pass without branches: whether a bond is open is
/// a coin that no predictor knows. Spins turn one after the other as the cluster grows, with the
/// products of all plaquettes kept, so that the energies of the single turns add up to Δ; a cluster
/// that is not accepted is turned back. `Degree` is that of the surrogate.
template <class Random, Index Degree>
class UniformLearningWalk {
 public:
  explicit UniformLearningWalk(const UniformSurrogate& bonds)
      : bonds_(bonds),
        queue_(static_cast<std::size_t>(bonds.sites) + 1),
        product_(static_cast<std::size_t>(bonds.plaquettes())) {}

  /// Before the first cluster of other spins, (sites).
  void begin(const std::int8_t* s) {
    const std::uint32_t* corner = bonds_.corners.data();
    for (std::int8_t& product : product_) {
      product = static_cast<std::int8_t>(s[corner[0]] * s[corner[1]] * s[corner[2]] * s[corner[3]]);
      corner += 4;
    }
  }

  /// Turns a cluster of the spins of begin(), or leaves them.
  TurnedCluster turn_one(std::int8_t* s, Random& random) {
    const auto sites = static_cast<std::uint64_t>(bonds_.sites);
    const std::uint64_t seed = random.below(sites + 1);
    if (seed == sites) return {};
    const std::int8_t sign = s[seed];
    const Sums sums = grow(static_cast<std::uint32_t>(seed), s, random);
    const double change = 2 * (bonds_.residual * static_cast<double>(sums.bonds) +
                               bonds_.K * static_cast<double>(sums.squares));
    const bool is_accepted =
        change <= 0 || random.is_open(threshold_of(std::exp(-bonds_.beta * change)));
    if (!is_accepted) turn_back(sums.size, sign, s);
    return {sums.size, is_accepted};
  }

 private:
  /// Σ s_i s_j and Σ s_i s_j s_k s_l of what each spin had when it turned.
  struct Sums {
    Index size = 0;
    std::int64_t bonds = 0, squares = 0;
  };

  // A spin of 0 has joined and waits for its turn; it is as it was before.
  Sums grow(std::uint32_t seed, std::int8_t* s, Random& random) {
    const Index row = Degree + bonds_.squares;
    const std::uint32_t* const near = bonds_.near.data();
    std::uint32_t* const queue = queue_.data();
    std::int8_t* const product = product_.data();
    const std::int8_t sign = s[seed];
    const auto turned = static_cast<std::int8_t>(-sign);
    Sums sums;
    queue[0] = seed;
    s[seed] = 0;
    Index end = 1;
    int unequal = 0;
    for (Index head = 0; head < end; ++head) {
      const std::uint32_t i = queue[head];
      const std::uint32_t* const of_site =
          near + static_cast<std::size_t>(i) * static_cast<std::size_t>(row);
      auto four = random.four();
      for (int k = 0; k < Degree; ++k) {
        if (k == 4) four = random.four();
        const std::uint32_t j = of_site[k];
        const std::int8_t spin = s[j];
        unequal += spin == turned ? 1 : 0;
        const bool joins = Random::is_open(four, k % 4, spin == sign);
        queue[end] = j;
        end += static_cast<Index>(joins);
        s[j] = static_cast<std::int8_t>(spin & (static_cast<int>(joins) - 1));
      }
      for (Index n = Degree; n < row; ++n) {
        std::int8_t& square = product[of_site[n]];
        sums.squares += square;
        square = static_cast<std::int8_t>(-square);
      }
      s[i] = turned;
    }
    sums.size = end;
    sums.bonds = Degree * end - 2 * static_cast<std::int64_t>(unequal);
    return sums;
  }

  void turn_back(Index size, std::int8_t sign, std::int8_t* s) {
    const Index row = Degree + bonds_.squares;
    for (Index n = 0; n < size; ++n) {
      const std::uint32_t i = queue_[static_cast<std::size_t>(n)];
      const std::uint32_t* const of_site =
          bonds_.near.data() + static_cast<std::size_t>(i) * static_cast<std::size_t>(row);
      for (Index k = Degree; k < row; ++k) {
        std::int8_t& square = product_[of_site[k]];
        square = static_cast<std::int8_t>(-square);
      }
      s[i] = sign;
    }
  }

  const UniformSurrogate& bonds_;
  std::vector<std::uint32_t> queue_;  ///< sites in the order in which they joined, and one to spare
  std::vector<std::int8_t> product_;  ///< of the spins of every plaquette
};

}  // namespace nmc
