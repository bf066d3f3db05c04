#include "drivers/sample/stop_rule.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/options/did_you_mean.hpp"
#include "core/statistics/summary.hpp"
#include "drivers/job/stop_options.hpp"
#include "drivers/plan/sampled_columns.hpp"
#include "drivers/report/column_numbers.hpp"

namespace nmc::drivers {
namespace {

using statistics::ChainSummary;

// Vehtari et al. 2021, section 4: estimates of error and R-hat themselves can be relied on from
// 100 effective draws of each of four chains on.
constexpr double kSureEss = 400;
constexpr Index kFirstLook = 64;

std::vector<std::string> stop_names(const Plan& plan) {
  std::vector<std::string> names;
  for (const Observable* observable : plan.observables) names.push_back(observable->name());
  if (plan.log_weight) names.pop_back();  // kept for the weights, asked for by nobody
  return names;
}

// What a derived quantity is made of is measured; its own error is known at the end alone.
[[noreturn]] void refuse_name(const Options& stop, const std::string& name, const Plan& plan) {
  const std::vector<std::string> names = stop_names(plan);
  const auto& derived = plan.system.derived;
  const auto it = std::ranges::find(derived, name, &Derived::name);
  stop.fail(stop_key(name),
            it != derived.end()
                ? fmt::format("{} is computed from {} at the end: set error of those, rhat or ess",
                              name, fmt::join(it->inputs, " and "))
                : fmt::format("{} is not measured{}; measured are {} (output.observables)", name,
                              did_you_mean(name, names), fmt::join(names, ", ")));
}

// Draws of an observable at the system's own temperature, (draws, chains).
Batch own_values(const Plan& plan, std::size_t column, const Batch& values) {
  const Index rungs = rows_per_chain(plan);
  const Batch rows = is_of_pairs(plan, column) ? pair_columns(values, rungs) : values;
  return plan.tempering != nullptr ? rung_columns(rows, plan.own_rung, rungs) : rows;
}

// All draws, or blocks of them where they are many, as in a report.
ChainSummary summary_of(const Plan& plan, std::size_t column, const DrawParts& parts,
                        const DrawParts::Poll& poll) {
  const std::string name = plan.observables[column]->name();
  const Index chains = plan.simulation.chains / (is_of_pairs(plan, column) ? 2 : 1);
  const bool is_large = parts.draws() * chains > kMostExactNumbers;
  auto blocks = statistics::DrawBlocks::within(
      chains, is_large ? kBlockNumbers : parts.draws() * chains + 2 * chains);
  parts.for_each([&](const DrawParts::Run& run) {
    poll();
    blocks.add(own_values(plan, column, parts.read(run, name)));
  });
  return blocks.summary();
}

/// One thing that is asked for.
struct Criterion {
  std::string name;
  double value = 0;
  const char* sign = "";
  double limit = 0;
  bool is_met = false;
  double factor = 1;  ///< so many times as many draws would do
};

class Judge {
 public:
  explicit Judge(Index draws) : draws_(static_cast<double>(draws)) {}

  void add(const Criterion& one) {
    texts_.push_back(fmt::format("{} {:.4g} {} {:.4g}", one.name, one.value, one.sign, one.limit));
    all_met_ = all_met_ && one.is_met;
    if (!one.is_met && std::isfinite(one.factor)) needed_ = std::max(needed_, draws_ * one.factor);
  }

  [[nodiscard]] StopJudgement verdict() const {
    return {all_met_, std::max(needed_, draws_), fmt::format("{}", fmt::join(texts_, ", "))};
  }

 private:
  double draws_, needed_ = 0;
  bool all_met_ = true;
  std::vector<std::string> texts_;
};

bool varies(const ChainSummary& s) {
  return s.constant_chains < s.chains || std::isfinite(s.rhat);
}

void judge_all(const StopRule& rule, const std::vector<ChainSummary>& summaries, Judge& judge) {
  double rhat = 1, ess = std::numeric_limits<double>::infinity();
  for (const ChainSummary& s : summaries) {
    if (!varies(s)) continue;
    rhat = std::max(rhat, std::isnan(s.rhat) ? std::numeric_limits<double>::infinity() : s.rhat);
    ess = std::min(ess, std::isnan(s.ess_bulk) ? 0 : s.ess_bulk);
  }
  if (rule.rhat > 0) {
    const bool is_met = rhat <= rule.rhat;
    judge.add(
        {"R-hat", rhat, is_met ? "<=" : ">", rule.rhat, is_met, (rhat - 1) / (rule.rhat - 1)});
  }
  if (rule.ess > 0) {
    const bool is_met = ess >= rule.ess;
    judge.add({"ESS", ess, is_met ? ">=" : "<", rule.ess, is_met, rule.ess / ess});
  }
}

void judge_error(const StopRule::Error& bound, const ChainSummary& s, Judge& judge) {
  const bool is_small = s.error <= bound.most;
  const bool is_sure = !varies(s) || (s.window_found && s.ess_bulk >= kSureEss);
  const double ratio = s.error / bound.most;
  judge.add({fmt::format("error of {}{}", bound.name, is_sure ? "" : " (rough)"), s.error,
             is_small ? "<=" : ">", bound.most, is_sure && is_small,
             std::max(ratio * ratio, is_sure ? 0 : kSureEss / s.ess_bulk)});
}

}  // namespace

StopRule read_stop_rule(const Options& stop, const Plan& plan) {
  StopRule rule;
  if (stop.all().empty()) return rule;
  if (!stop.text("rhat").empty()) rule.rhat = stop.real("rhat");
  if (!stop.text("ess").empty()) rule.ess = stop.real("ess");
  const std::vector<std::string> names = stop_names(plan);
  for (const std::string& name : stop_error_names(stop)) {
    const auto it = std::ranges::find(names, name);
    if (it == names.end()) refuse_name(stop, name, plan);
    rule.errors.push_back(
        {name, static_cast<std::size_t>(it - names.begin()), stop.real(stop_key(name))});
  }
  if (rule.rhat == 0 && rule.ess == 0 && rule.errors.empty())
    stop.fail("rhat", "[stop] asks for nothing: set rhat, ess or error.NAME, or leave it out");
  return rule;
}

Index next_look(Index draws) {
  Index look = kFirstLook;
  while (look <= draws) look += look / 4;
  return look;
}

StopJudgement judge_stop(const StopRule& rule, const Plan& plan, const DrawParts& parts,
                         const DrawParts::Poll& poll) {
  Judge judge(parts.draws());
  const std::size_t count = stop_names(plan).size();
  std::vector<ChainSummary> summaries(count);
  const bool needs_all = rule.rhat > 0 || rule.ess > 0;
  for (std::size_t column = 0; column < count; ++column)
    if (needs_all || std::ranges::count(rule.errors, column, &StopRule::Error::column) > 0)
      summaries[column] = summary_of(plan, column, parts, poll);
  if (needs_all) judge_all(rule, summaries, judge);
  for (const StopRule::Error& bound : rule.errors)
    judge_error(bound, summaries[bound.column], judge);
  return judge.verdict();
}

}  // namespace nmc::drivers
