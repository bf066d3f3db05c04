#include "drivers/certify/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "drivers/json_line.hpp"

namespace nmc::certify {
namespace {

constexpr double kFalseAlarms = 1e-6;  // of all deviates of a check together

std::string verdict(const Check& check) {
  if (!check.is_passed()) return "FAILED";
  return check.sees_fault() ? "yes" : "NOT SEEN";
}

}  // namespace

// P(|z| > t) < e^{-t²/2}.
double bar_of_deviates(double count) {
  return std::sqrt(2 * std::log(count / kFalseAlarms));
}

std::string table_text(const Checks& checks) {
  std::string text, subject;
  for (const Check& check : checks) {
    if (check.subject != subject)
      text += fmt::format("{}\n  {:<31} {:>8} {:>7}  {}\n", check.subject, "check", "figure", "bar",
                          "planted fault seen");
    subject = check.subject;
    text += fmt::format("  {:<31} {:>8.2g} {:>7.2g}  {:<8} {}\n", check.what, check.figure,
                        check.bar, verdict(check), check.fault);
  }
  const auto failed = std::ranges::count_if(checks, [](const Check& c) { return !c.is_passed(); });
  const auto blind = std::ranges::count_if(checks, [](const Check& c) { return !c.sees_fault(); });
  text += fmt::format("{} checks: {} failed, {} did not see their planted fault\n", checks.size(),
                      failed, blind);
  return text;
}

std::string json_text(const Checks& checks) {
  std::string text;
  for (const Check& check : checks) {
    drivers::JsonLine line;
    line.add("subject", check.subject).add("check", check.what).add("figure", check.figure);
    line.add("bar", check.bar).add_raw("passed", check.is_passed() ? "true" : "false");
    line.add("fault", check.fault).add("planted", check.planted);
    line.add_raw("fault_seen", check.sees_fault() ? "true" : "false");
    text += line.text() + "\n";
  }
  return text;
}

bool is_certified(const Checks& checks) {
  return std::ranges::all_of(checks,
                             [](const Check& c) { return c.is_passed() && c.sees_fault(); });
}

}  // namespace nmc::certify
