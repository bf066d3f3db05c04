#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/statistics/chains.hpp"
#include "core/statistics/draw_blocks.hpp"

/// What a file of chains holds, whatever its format.
namespace nmc::archive {

struct NamedChains {
  std::string name;
  statistics::Chains chains;  ///< (draws, chains); none where `blocks` has them
  std::string units{};        ///< "" where the file names none
  std::string axes{};         ///< which axis or column was taken as what
  /// Of chains of more than statistics::kMostExactNumbers numbers that a file gives in pieces.
  std::optional<statistics::DrawBlocks> blocks{};

  /// Draws of a chain.
  [[nodiscard]] Index draws() const { return blocks ? blocks->draws() : chains.rows(); }
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
  /// Called with every variable once it is there. It may take the draws away, so that those of one
  /// are held at a time.
  std::function<void(NamedChains&)> on_variable{};

  void add(NamedChains variable) {
    variables.push_back(std::move(variable));
    if (on_variable) on_variable(variables.back());
  }
};

}  // namespace nmc::archive
