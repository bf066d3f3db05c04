#pragma once

#include <string>
#include <vector>

namespace nmc::drivers {

/// What a field of the progress line is worth where not all of them fit, the first the most.
enum class Worth { count, percent, eta, tag, loss, ess, value, rhat, acceptance, tau, rate };

/// The fields of a progress line. Each is shown whole or not at all: a number that is cut looks
/// like another number.
class ProgressLine {
 public:
  ProgressLine& add(Worth worth, std::string text);
  ProgressLine& add(const ProgressLine& more);
  /// All fields, or as many of the most worth as fit into so many columns.
  [[nodiscard]] std::string text(std::size_t columns) const;
  [[nodiscard]] std::string text() const;

 private:
  struct Field {
    Worth worth;
    std::string text;
  };
  std::vector<Field> fields_;
};

/// "sample 840/2000 42%  3.1e4 draws/s  ETA 0:06:12" of work that began at `first`, is at `done`
/// after `seconds`, and ends at `total`; `draws_per_unit` draws are made per unit of work.
struct Pace {
  std::string phase;
  double done = 0, total = 1, first = 0;
  double seconds = 0;
  double draws_per_unit = 1;
  std::string unit = "draws/s";
  [[nodiscard]] double rate() const { return seconds > 0 ? (done - first) / seconds : 0; }
  /// Until the end of the phase; infinity where nothing is done yet.
  [[nodiscard]] double seconds_left() const { return (total - done) / rate(); }
};
[[nodiscard]] ProgressLine pace_line(const Pace& pace);

}  // namespace nmc::drivers
