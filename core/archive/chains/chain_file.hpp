#pragma once

#include <string>
#include <vector>

#include "core/statistics/chains.hpp"

/// What a file of chains holds, whatever its format.
namespace nmc::archive {

struct NamedChains {
  std::string name;
  statistics::Chains chains;  ///< (draws, chains)
  std::string units{};        ///< "" where the file names none
  std::string axes{};         ///< which axis or column was taken as what
};

/// What a file holds and was not analysed, and why.
struct LeftOut {
  std::string name;
  std::string reason;
};

struct ChainFile {
  std::vector<NamedChains> variables;
  std::vector<LeftOut> left_out;
  std::vector<std::string> notes;  ///< rows left out, order restored, delimiter, …
};

}  // namespace nmc::archive
