#include "drivers/session/progress_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "drivers/format.hpp"

namespace nmc::drivers {

ProgressLine& ProgressLine::add(Worth worth, std::string text) {
  fields_.push_back({worth, std::move(text)});
  return *this;
}

ProgressLine& ProgressLine::add(const ProgressLine& more) {
  fields_.insert(fields_.end(), more.fields_.begin(), more.fields_.end());
  return *this;
}

std::string ProgressLine::text(std::size_t columns) const {
  std::vector<Field> fields = fields_;
  const auto joined = [&] {
    std::string line;
    for (const Field& field : fields) {
      if (!line.empty()) line += field.worth == Worth::percent ? " " : "  ";
      line += field.text;
    }
    return line;
  };
  std::string line = joined();
  while (line.size() > columns) {
    fields.erase(std::ranges::max_element(fields, {}, &Field::worth));
    line = joined();
  }
  return line;
}

std::string ProgressLine::text() const {
  return text(std::numeric_limits<std::size_t>::max());
}

ProgressLine pace_line(const Pace& pace) {
  const std::string eta = pace.rate() > 0 ? clock_text(pace.seconds_left()) : "-";
  ProgressLine line;
  line.add(Worth::count, fmt::format("{} {:.0f}/{:.0f}", pace.phase, pace.done, pace.total));
  line.add(Worth::percent, fmt::format("{:.0f}%", 100 * pace.done / pace.total));
  line.add(Worth::rate, fmt::format("{:.1e} {}", pace.rate() * pace.draws_per_unit, pace.unit));
  return line.add(Worth::eta, "ETA " + eta);
}

}  // namespace nmc::drivers
