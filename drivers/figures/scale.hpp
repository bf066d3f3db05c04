#pragma once

#include <string>
#include <vector>

namespace nmc::figures {

/// From the lowest to the highest number of something.
struct Span {
  double low = 0, high = 0;
};

/// Of the numbers that can be drawn: finite, and on a logarithmic axis positive; {0, 0} where there
/// are none.
[[nodiscard]] Span span_of(const std::vector<double>& values, bool is_log);

/// A little more than it, so that marks keep off the frame; of a single number a stretch about it.
[[nodiscard]] Span padded(const Span& values, bool is_log);

/// Numbers to places along an axis. What lies beyond the numbers is placed at the end.
class Scale {
 public:
  /// `values` must differ, and be positive where the scale is logarithmic.
  Scale(const Span& values, const Span& places, bool is_log);
  [[nodiscard]] double at(double value) const;
  /// Whether the number has a place at all.
  [[nodiscard]] bool has(double value) const;
  [[nodiscard]] const Span& values() const { return values_; }
  [[nodiscard]] const Span& places() const { return places_; }
  [[nodiscard]] bool is_log() const { return is_log_; }

 private:
  Span values_, places_;
  bool is_log_;
};

/// A number of an axis with its words.
struct Tick {
  double value = 0;
  std::string text;
};

/// Round numbers, 1, 2 or 5 times a power of ten apart, at most so many and, unless the span is too
/// narrow for doubles, at least two; on a logarithmic scale powers of ten, or 1, 2 and 5 times them
/// where these are few.
[[nodiscard]] std::vector<Tick> ticks(const Span& values, int most, bool is_log);

}  // namespace nmc::figures
