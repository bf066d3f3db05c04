#include "drivers/report/finding.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace nmc::drivers {
namespace {

bool is_about(const Finding& finding, const Shown& shown) {
  const bool is_of_run = std::isnan(finding.beta);
  if (finding.about == kEveryObservable)
    return shown.name != "lnZ" && (is_of_run || finding.beta == shown.beta);
  const bool is_here = is_of_run ? std::isnan(shown.beta) : finding.beta == shown.beta;
  return is_here && finding.about == shown.name;
}

// How far beyond its limit, so that the worst of several speaks for them; a limit from below, as of
// an ESS, lies above the value.
double excess(const Finding& finding) {
  const double ratio = finding.value / finding.limit;
  return std::isfinite(ratio) && ratio > 0 ? std::abs(std::log(ratio)) : 1e9;
}

std::string name_of(const Finding& finding) {
  const std::string name = finding.about == kEveryObservable ? "every observable" : finding.about;
  return std::isnan(finding.beta) ? name : fmt::format("{} at beta {:.6g}", name, finding.beta);
}

// The message of the worst, and whom else it is about.
std::string line_of(const Findings& same) {
  const auto worst = std::ranges::max_element(same, {}, excess);
  std::vector<std::string> others;
  for (const Finding& finding : same)
    if (&finding != &*worst) others.push_back(name_of(finding));
  constexpr std::size_t kMost = 6;
  const std::size_t hidden = others.size() - std::min(others.size(), kMost);
  others.resize(others.size() - hidden);
  std::string text = worst->message;
  if (!others.empty()) text += fmt::format(" (and of {}", fmt::join(others, ", "));
  if (hidden > 0) text += fmt::format(" and {} more", hidden);
  if (!others.empty()) text += ")";
  return text + "\n";
}

std::string list_json(const Findings& findings, Severity severity, const auto& item) {
  std::vector<std::string> items;
  for (const Finding& finding : of_severity(findings, severity)) items.push_back(item(finding));
  return fmt::format("[{}]", fmt::join(items, ", "));
}

std::string object_json(const Finding& finding) {
  JsonLine json;
  json.add("check", finding.check)
      .add("about", finding.about)
      .add("value", finding.value)
      .add("limit", finding.limit)
      .add("beta", finding.beta)
      .add("message", finding.message);
  return json.text();
}

}  // namespace

bool is_refused(const Findings& findings, const Shown& shown) {
  return std::ranges::any_of(findings, [&](const Finding& finding) {
    return finding.severity == Severity::refusal && is_about(finding, shown);
  });
}

bool has_refusal(const Findings& findings) {
  return std::ranges::any_of(findings,
                             [](const Finding& f) { return f.severity == Severity::refusal; });
}

Findings of_severity(const Findings& findings, Severity severity) {
  Findings some;
  std::ranges::copy_if(findings, std::back_inserter(some),
                       [&](const Finding& f) { return f.severity == severity; });
  return some;
}

std::string findings_text(const Findings& findings) {
  std::string text;
  for (const Severity severity : {Severity::refusal, Severity::warning}) {
    Findings left = of_severity(findings, severity);
    while (!left.empty()) {
      const std::string check = left.front().check;
      const auto rest = std::stable_partition(
          left.begin(), left.end(), [&](const Finding& finding) { return finding.check == check; });
      text += severity == Severity::refusal ? "refused: " : "warning: ";
      text += line_of({left.begin(), rest});
      left.erase(left.begin(), rest);
    }
  }
  return text;
}

void add_findings(const Findings& findings, const Shown& shown, JsonLine& json) {
  Findings about;
  std::ranges::copy_if(findings, std::back_inserter(about),
                       [&](const Finding& finding) { return is_about(finding, shown); });
  const auto message = [](const Finding& finding) { return json_string(finding.message); };
  json.add_raw("refused", list_json(about, Severity::refusal, message))
      .add_raw("warnings", list_json(about, Severity::warning, message));
}

std::string verdict_json(const Findings& findings) {
  JsonLine json;
  json.add("name", "verdict")
      .add_raw("refused", list_json(findings, Severity::refusal, object_json))
      .add_raw("warnings", list_json(findings, Severity::warning, object_json))
      .add("exit_code", has_refusal(findings) ? kRefusedExit : 0);
  return json.text() + "\n";
}

}  // namespace nmc::drivers
