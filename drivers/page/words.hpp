#pragma once

#include <string>
#include <vector>

#include "drivers/report/report_lines.hpp"

/// Words of figures and pages.
namespace nmc::drivers::page {

/// A key or an observable as an axis names it: "system.beta" is β, "sampler.n_steps" n_steps.
[[nodiscard]] std::string axis_word(const std::string& key);

/// "a", "a and b", "a, b and c"; of many the first eight and how many more.
[[nodiscard]] std::string list_words(const std::vector<std::string>& words);

/// "-1.4531(12)" with a true minus sign; the value alone where it has no error.
[[nodiscard]] std::string value_words(double value, double error);

/// A count with its noun: "1 chain", "4 chains".
[[nodiscard]] std::string count_words(Index count, const std::string& noun);

/// The line of that name, or null.
[[nodiscard]] const ReportLine* line_named(const std::vector<ReportLine>& lines,
                                           const std::string& name);

}  // namespace nmc::drivers::page
