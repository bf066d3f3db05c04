#pragma once

#include <functional>
#include <string>
#include <vector>

namespace nmc::archive {

/// Numbers of the draws of one chain as the file gives them, and where each of them stands.
struct DrawNumbers {
  std::vector<double> numbers;
  std::function<std::string(std::size_t)> where;  ///< "chains.csv:17"
  std::string counter;                            ///< "draw"
  std::string owner;                              ///< " of chain 2", for messages
};

/// Places of the draws in the order of their numbers, and the distance from one to the next.
struct DrawOrder {
  std::vector<std::size_t> places;
  double spacing = 0;  ///< 0 for fewer than two draws
  bool was_sorted = true;
};

/// A lag is a number of draws only where they are equally far apart: thinned chains are, chains
/// with gaps are not. UserError for gaps, numbers given twice and what is no number.
[[nodiscard]] DrawOrder order_draws(const DrawNumbers& draws);

}  // namespace nmc::archive
