#pragma once

#include <vector>

#include "core/batch.hpp"

namespace nmc::drivers {

/// CPU time of pieces of work that follow each other, and what it says about more of the same.
class TimedPieces {
 public:
  /// The clock of the next piece begins to run.
  void begin();
  /// A piece of so many units ends, and the next begins.
  void end(Index units);

  [[nodiscard]] double seconds() const { return seconds_; }  ///< of all
  [[nodiscard]] Index units() const { return units_; }
  /// Seconds of a unit to come: those of the later half of the work, as the first pieces pay for
  /// cold caches and a chain that has yet to equilibrate.
  [[nodiscard]] double per_unit() const;
  /// The fastest and the slowest quarter of that half; where the quarters of all get slower and
  /// slower, as clusters grow, as much again for the slowest.
  [[nodiscard]] double fastest() const;
  [[nodiscard]] double slowest() const;

 private:
  struct Piece {
    double seconds = 0, units = 0;
  };
  [[nodiscard]] double rate(double from, double to) const;

  std::vector<Piece> pieces_;
  double seconds_ = 0;
  Index units_ = 0;
  double began_ = 0;
};

}  // namespace nmc::drivers
