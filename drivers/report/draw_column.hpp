#pragma once

#include <functional>
#include <string>

#include "core/archive/file.hpp"
#include "core/parallel/ranks.hpp"
#include "core/statistics/draw_blocks.hpp"

namespace nmc::drivers {

using statistics::kBlockNumbers;
using statistics::kMostExactNumbers;

/// A measured column, (draws, chains), that is read where it is asked for: it may be larger than
/// memory.
class DrawColumn {
 public:
  using Chains = statistics::Chains;
  using Read = std::function<Chains(Range draws)>;

  DrawColumn(std::string name, Index draws, Index chains, Read read);
  /// One that is in memory.
  [[nodiscard]] static DrawColumn held(const std::string& name, const Chains& values);
  /// A variable [chain, draw], or one place of the last axis of [chain, draw, beta]; `file` must
  /// outlive it.
  [[nodiscard]] static DrawColumn stored(const archive::File& file, const std::string& variable,
                                         Index place = 0);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Index draws() const { return draws_; }
  [[nodiscard]] Index chains() const { return chains_; }
  [[nodiscard]] Index numbers() const { return draws_ * chains_; }
  [[nodiscard]] bool is_large() const { return numbers() > kMostExactNumbers; }

  /// Some draws of all chains.
  [[nodiscard]] Chains read(Range draws) const { return read_(draws); }
  [[nodiscard]] Chains all() const { return read_({0, draws_}); }
  /// All draws in order, a few MB at a time, or all at once where the column is not large.
  void for_each_piece(const std::function<void(const Chains&)>& use) const;
  [[nodiscard]] statistics::DrawBlocks blocks() const;
  /// The column with every number replaced.
  [[nodiscard]] DrawColumn mapped(const std::string& name,
                                  const std::function<Chains(const Chains&)>& change) const;
  /// The column, with `poll` called before anything of it is read.
  [[nodiscard]] DrawColumn polled(const std::function<void()>& poll) const;

 private:
  std::string name_;
  Index draws_, chains_;
  Read read_;
};

}  // namespace nmc::drivers
