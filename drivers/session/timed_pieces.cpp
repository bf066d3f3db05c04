#include "drivers/session/timed_pieces.hpp"

#include <algorithm>

#include "core/cpu_clock.hpp"

namespace nmc::drivers {

void TimedPieces::begin() {
  // The wall clock of a busy machine says nothing about an idle one.
  began_ = cpu_now();
}

void TimedPieces::end(Index units) {
  const double now = cpu_now();
  pieces_.push_back({now - began_, static_cast<double>(units)});
  seconds_ += now - began_;
  units_ += units;
  began_ = now;
}

// Seconds per unit of the pieces that end within these shares of the time.
double TimedPieces::rate(double from, double to) const {
  Piece sum;
  double time = 0;
  for (const Piece& piece : pieces_) {
    time += piece.seconds;
    if (time <= from * seconds_ || time > to * seconds_ * (1 + 1e-9)) continue;
    sum.seconds += piece.seconds;
    sum.units += piece.units;
  }
  if (sum.units > 0) return sum.seconds / sum.units;
  // One piece was longer than that share.
  return pieces_.empty() ? 0 : pieces_.back().seconds / pieces_.back().units;
}

double TimedPieces::per_unit() const {
  return rate(0.5, 1);
}

double TimedPieces::fastest() const {
  return std::min({rate(0.5, 0.75), rate(0.75, 1), per_unit()});
}

double TimedPieces::slowest() const {
  constexpr double kGrowth = 1.1;  // of a quarter over the one before, above which it is a trend
  const double a = rate(0.25, 0.5), b = rate(0.5, 0.75), c = rate(0.75, 1);
  const double most = std::max({b, c, per_unit()});
  const bool grows = b > kGrowth * a && c > kGrowth * b;
  return grows ? most * c / a : most;
}

}  // namespace nmc::drivers
