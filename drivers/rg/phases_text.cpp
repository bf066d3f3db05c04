#include <fmt/format.h>

#include <cmath>

#include "drivers/format.hpp"
#include "drivers/json_line.hpp"
#include "drivers/rg/phases.hpp"
#include "drivers/text_table.hpp"

namespace nmc::drivers::rg {
namespace {

using statistics::Estimate;

std::string number(const Estimate& e) {
  if (e.error == 0) return fmt::format("{:.4f}", e.value);
  return with_error(e.value, e.error);
}

void add_told(JsonLine& json, const std::string& of, const Told& told) {
  json.add(of + "_network", told.network.value)
      .add(of + "_network_error", told.network.error)
      .add(of + "_abs_m", told.magnetisation.value)
      .add(of + "_abs_m_error", told.magnetisation.error);
}

}  // namespace

std::string phases_text(const Phases& phases) {
  std::string text = fmt::format(
      "{}\n{} configurations of {} chains by {}, {:.3g} CPU s\n\n"
      "Trained far from the transition (*), asked everywhere: share that is ordered, by\n"
      "a network of {} hidden units and by |m| alone\n",
      phases.title, phases.draws, phases.chains, phases.sampler, phases.cpu_seconds, phases.hidden);
  TextTable points({"beta", "", "|m|", "network", "|m| alone"});
  for (const PhasePoint& point : phases.points)
    points.add({fmt::format("{:.6g}", point.beta), point.is_trained_on ? "*" : "",
                number(point.abs_m), number(point.ordered.network),
                number(point.ordered.magnetisation)});
  text += points.text();
  text += fmt::format("half of them: beta = {} by the network, {} by |m|\n",
                      number_or_dash(phases.network_half, "{:.4f}"),
                      number_or_dash(phases.magnetisation_half, "{:.4f}"));
  text +=
      "\nConfusion: trained with the labels beta above a guess or below it, and how often\n"
      "they are right; of a transition there is a peak between the two ends\n";
  TextTable guesses({"guess", "network", "|m| alone"});
  for (const Guess& guess : phases.guesses)
    guesses.add({fmt::format("{:.6g}", guess.at), number(guess.accuracy.network),
                 number(guess.accuracy.magnetisation)});
  return text + guesses.text();
}

std::string phases_json(const Phases& phases) {
  std::string text;
  for (const PhasePoint& point : phases.points) {
    JsonLine json;
    json.add("name", "phase")
        .add("beta", point.beta)
        .add("trained", point.is_trained_on ? 1 : 0)
        .add("abs_m", point.abs_m.value)
        .add("abs_m_error", point.abs_m.error);
    add_told(json, "ordered", point.ordered);
    text += json.text() + "\n";
  }
  for (const Guess& guess : phases.guesses) {
    JsonLine json;
    json.add("name", "guess").add("beta", guess.at);
    add_told(json, "accuracy", guess.accuracy);
    text += json.text() + "\n";
  }
  JsonLine json;
  json.add("name", "phases")
      .add("half_network", phases.network_half)
      .add("half_abs_m", phases.magnetisation_half)
      .add("draws", static_cast<std::int64_t>(phases.draws))
      .add("cpu_seconds", phases.cpu_seconds);
  return text + json.text() + "\n";
}

}  // namespace nmc::drivers::rg
