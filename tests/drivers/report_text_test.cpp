#include <gtest/gtest.h>

#include "core/random/streams.hpp"
#include "drivers/report/report.hpp"

namespace nmc::drivers {
namespace {

/// 20000 weights of that ESS, the largest `w_max` times their mean.
Report report_with(double w_max, double ess = 0.1) {
  statistics::WeightSummary weights;
  weights.draws = 20000;
  weights.ess_fraction = ess;
  weights.w_max_over_mean = w_max;
  weights.log_mean = 10;
  weights.log_mean_error = 0.01;
  weights.mean_log = 9;
  weights.mean_log_error = 0.01;
  Report report;
  report.network.emplace();
  report.network->weights = weights;
  return report;
}

/// 64 chains of 1000 draws.
ReportLine line_of(const std::string& name, double rhat) {
  ReportLine line;
  line.name = name;
  line.summary.mean = -3.25;
  line.summary.error = 0.01;
  line.summary.rhat = rhat;
  line.summary.draws = 1000;
  line.summary.chains = 64;
  return line;
}

std::string text_of(Report report) {
  report.findings = judge_report(report);
  return report_text(report);
}

std::string json_of(Report report, bool rests_on_proposals = false) {
  if (rests_on_proposals) report.proposals.emplace();
  report.findings = judge_report(report);
  return report_json(report);
}

bool holds(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

TEST(ReportText, WarnsWhereOneDrawCarriesMoreThanAPercentOfTheWeight) {
  EXPECT_TRUE(holds(text_of(report_with(260)), "carries 1.3 % of the weight"));
  EXPECT_FALSE(holds(text_of(report_with(140)), "of the weight"));
}

TEST(ReportText, RefusesAMeanThatIsManyErrorBarsFromItsExactValue) {
  Report report;
  report.lines = {line_of("m", 1.0006)};
  report.lines[0].summary.ess_bulk = 1000;
  report.lines[0].exact = 0;
  for (const auto& [z, count] : {std::pair{4.0, 0U}, {-6.0, 1U}, {1900.0, 1U}}) {
    report.lines[0].z = z;
    const Findings findings = judge_report(report);
    EXPECT_EQ(findings.size(), count) << z;
    EXPECT_EQ(is_refused(findings, {"m"}), z > 8) << z;
  }
  report.lines[0].summary.ess_bulk = 20;  // no error bar stands on that
  EXPECT_TRUE(judge_report(report).empty());
}

TEST(ReportText, RefusesAReducedMeanThatIsManyErrorBarsOffAndNotThePlainOne) {
  Report report;
  report.lines = {line_of("energy", 1.0006)};
  ReportLine& line = report.lines[0];
  line.summary.ess_bulk = 1000;
  line.exact = -3.24;
  line.z = -1;
  for (const double z : {4.0, -6.0, 9.0}) {
    line.reduced = ReducedMean{-3.2517, 0.0002, 99, z};
    const std::string text = text_of(report), json = json_of(report);
    EXPECT_TRUE(holds(text, "-3.250(10)")) << text;
    EXPECT_EQ(holds(text, "-3.2517(2)"), z < 8) << text;
    EXPECT_EQ(holds(json, "\"reduced\": -3.2517"), z < 8) << json;
    EXPECT_EQ(holds(text, "the reduced mean of energy is"), std::abs(z) > 5) << text;
    EXPECT_EQ(has_refusal(judge_report(report)), z > 8);
  }
}

TEST(ReportText, RefusesDrawsThatAreAllOneNumberAndNotTheExactMean) {
  Report report;
  report.lines = {line_of("m", statistics::not_a_number)};
  ReportLine& m = report.lines[0];
  m.summary.mean = 1;
  m.summary.error = statistics::not_a_number;
  m.summary.constant_chains = m.summary.chains;
  m.exact = 1;
  EXPECT_TRUE(judge_report(report).empty());
  m.exact = 0;
  EXPECT_TRUE(is_refused(judge_report(report), {"m"}));
  m.summary.mean = 0;
  m.exact = 1.5e-16;  // of an event that no run would see
  EXPECT_TRUE(judge_report(report).empty());
}

TEST(ReportText, WarnsOfChainsThatDisagreeAtAnotherTemperatureOfTheLadder) {
  Report report;
  report.lines = {line_of("energy", 1.002)};
  report.ladder.emplace();
  report.ladder->rungs.resize(2);
  report.ladder->own_rung = 1;
  report.ladder->rungs[1].lines = report.lines;
  report.ladder->rungs[0].lines = {line_of("energy", 1.05)};
  report.ladder->rungs[0].beta = 0.25;
  EXPECT_TRUE(holds(text_of(report), "R-hat of energy at beta 0.25 is 1.050, above 1.01"));
  report.ladder->rungs[0].lines[0].summary.rhat = 1.002;
  EXPECT_FALSE(holds(text_of(report), "R-hat of"));
}

TEST(ReportText, RefusesLnZOfALadderOfWhichOneTemperatureIsRefused) {
  Report report;
  report.lines = {line_of("energy", 1.002)};
  report.ladder.emplace();
  report.ladder->has_lnZ = true;
  report.ladder->rungs.resize(2);
  report.ladder->own_rung = 1;
  report.ladder->rungs[1].lines = report.lines;
  report.ladder->rungs[0].lines = {line_of("energy", 1.5)};
  report.ladder->rungs[0].beta = 0.25;
  EXPECT_TRUE(holds(text_of(report), "refused: lnZ of the ladder is made of the energies"));
  const std::string text = text_of(report);
  const std::size_t table = text.find("(MBAR)");
  ASSERT_NE(table, std::string::npos);
  const std::size_t row = text.find("0.25 ", table);
  ASSERT_NE(row, std::string::npos);
  const std::string cells = text.substr(row, text.find('\n', row) - row);
  EXPECT_NE(cells.find("refused"), cells.rfind("refused")) << cells;  // by both estimates
  EXPECT_TRUE(holds(json_of(report), R"("name": "lnZ_mbar", "mean": null)"));
}

TEST(ReportText, RefusesTheNumbersOfChainsThatDisagreeGrosslyAndWhatIsMadeOfThem) {
  Report report;
  report.lines = {line_of("energy", 1.71), line_of("m2", 1.003), line_of("heat", 1)};
  report.lines[2].summary.rhat = statistics::not_a_number;
  report.lines[2].inputs = {"energy"};
  const std::string text = text_of(report);
  EXPECT_TRUE(holds(text, "refused: R-hat of energy is 1.710, above 1.1"));
  EXPECT_TRUE(holds(text, "refused: heat is made of energy"));
  report.findings = judge_report(report);
  EXPECT_TRUE(is_refused(report.findings, {"energy"}));
  EXPECT_TRUE(is_refused(report.findings, {"heat"}));
  EXPECT_FALSE(is_refused(report.findings, {"m2"}));
}

TEST(ReportText, KeepsTheRowsOfATableInWhichEveryNumberIsRefused) {
  Report report;
  report.lines = {line_of("energy", 1.71), line_of("m2", 1.003)};
  report.findings = {{.severity = Severity::refusal,
                      .check = "stuck_chains",
                      .about = kEveryObservable,
                      .message = "no chain moves"}};
  const std::string text = report_text(report);
  EXPECT_FALSE(holds(text, "-3.25"));
  for (const char* name : {"energy", "m2"}) {
    const std::size_t row = text.find(name);
    ASSERT_NE(row, std::string::npos);
    EXPECT_TRUE(holds(text.substr(row, text.find('\n', row) - row), " refused ")) << name;
  }
}

TEST(ReportText, HasNoLowerBoundOfATauThatIsNoNumber) {
  Report report;
  report.lines = {line_of("xi_over_L", 1)};
  report.lines[0].summary.mean = report.lines[0].summary.tau_int = statistics::not_a_number;
  report.lines[0].summary.window_found = false;
  const std::string text = text_of(report);
  EXPECT_FALSE(holds(text, "- +")) << text;
}

TEST(ReportText, TakesTheScatterOfFewIndependentDrawsForWhatItIs) {
  Report report;
  report.lines = {line_of("energy", 1.12)};
  report.lines[0].summary.draws = 10;
  report.lines[0].summary.chains = 4;
  EXPECT_FALSE(holds(text_of(report), "R-hat of"));
}

TEST(ReportJson, GivesWarningsAndRefusalsBesideTheNumbersAndAsAVerdict) {
  Report report;
  report.lines = {line_of("energy", 1.71), line_of("m2", 1.05), line_of("abs_m", 1.001)};
  const std::string json = json_of(report);
  EXPECT_TRUE(holds(json, R"("name": "energy", "mean": null, "error": null)"));
  EXPECT_TRUE(holds(json, R"("refused": ["R-hat of energy is 1.710)"));
  EXPECT_TRUE(holds(json, R"("name": "m2", "mean": -3.25)"));
  EXPECT_TRUE(holds(json, R"("refused": [], "warnings": ["R-hat of m2 is 1.050)"));
  EXPECT_TRUE(holds(json, R"("refused": [], "warnings": [])"));
  EXPECT_TRUE(
      holds(json, R"({"name": "verdict", "refused": [{"check": "rhat", "about": "energy")"));
  EXPECT_TRUE(holds(json, R"("exit_code": 4)"));
}

TEST(ReportJson, ALowEssRefusesLnZAndOfSamplersThatRestOnProposalsAllThatTheChainsMeasured) {
  Report report = report_with(260, 0.001);
  report.lines = {line_of("energy", 1.001)};
  EXPECT_TRUE(holds(json_of(report, true), R"("name": "energy", "mean": null)"));
  EXPECT_TRUE(holds(json_of(report, true), R"("lnZ": null)"));
  EXPECT_TRUE(holds(json_of(report, false), R"("name": "energy", "mean": -3.25)"));
  EXPECT_TRUE(holds(json_of(report, false), R"("lnZ": null)"));
}

/// A network that fits but for a part of the system: 8000 configurations of which `missed` have a
/// weight that no draw comes near.
Report report_with_hole(Index missed) {
  Report report = report_with(5, 0.6);
  report.network->pareto_k = 0.3;
  ForwardReport forward;
  forward.sampler = "block_gibbs";
  const Column u = uniform_column({.seed = 1}, 20000);
  const Column of_q = 0.5 * u;
  statistics::Chains of_p = Eigen::Map<const statistics::Chains>(of_q.data(), 100, 80);
  for (Index i = 0; i < missed; ++i) of_p(0, i) = 30;
  forward.weights = statistics::summarise_forward(of_p, of_q);
  report.network->weights = statistics::summarise_weights(of_q);
  report.network->forward = forward;
  report.proposals.emplace();
  report.cure = "[independence x 1, block_gibbs x 4]";
  report.lines = {line_of("energy", 1.001)};
  return report;
}

TEST(ReportText, RefusesAllOfANetworkThatMissesAPartOfTheSystemAndNamesTheCure) {
  const std::string text = text_of(report_with_hole(8));
  EXPECT_TRUE(holds(text, "refused: the network misses a part of the system"));
  EXPECT_TRUE(holds(text, "lnZ      refused"));
  EXPECT_TRUE(holds(text, "[independence x 1, block_gibbs x 4]"));
  EXPECT_TRUE(holds(text, "training longer alone does not fill a hole"));
  Report report = report_with_hole(8);
  report.findings = judge_report(report);
  EXPECT_TRUE(is_refused(report.findings, {"energy"}));
  EXPECT_TRUE(judge_report(report_with_hole(0)).empty());
}

TEST(ReportText, SaysThatOfALadderOneTemperatureIsAskedAbout) {
  Report report = report_with_hole(0);
  EXPECT_FALSE(holds(text_of(report), "alone"));
  EXPECT_TRUE(holds(json_of(report), R"("forward_only_beta": null)"));
  report.network->forward->only_beta = 0.44;
  EXPECT_TRUE(holds(text_of(report), "of beta 0.44 alone"));
  EXPECT_TRUE(holds(json_of(report), R"("forward_only_beta": 0.44)"));
}

TEST(ReportJson, RefusesLnZThatContradictsItsBounds) {
  Report report = report_with_hole(0);
  report.network->lnZ_exact = report.network->weights.log_mean + 1;
  EXPECT_TRUE(holds(json_of(report), R"("check": "lnZ_bounds", "about": "lnZ")"));
  EXPECT_TRUE(holds(json_of(report), R"("lnZ": null)"));
}

TEST(ReportJson, WarnsOfANetworkThatWasTrainedForAnotherSystem) {
  Report report = report_with_hole(0);
  report.network_notes = {{"network_system", "net.h5 was trained at another beta"}};
  const std::string json = json_of(report);
  EXPECT_TRUE(holds(json, R"("warnings": [{"check": "network_system", "about": "lnZ")"));
  EXPECT_TRUE(holds(json, R"("refused": [], "warnings": ["net.h5 was trained at another beta"])"));
  EXPECT_TRUE(holds(json, R"("exit_code": 0)"));
  EXPECT_TRUE(holds(text_of(report), "warning: net.h5 was trained at another beta"));
}

TEST(ReportText, RefusesChainsThatNeverMovedAndWarnsOfLongRunsOfRejections) {
  Report report = report_with_hole(0);
  report.proposals = ProposalChains{1000, 64, 1000, 1, 0.6};
  EXPECT_TRUE(holds(text_of(report), "1 of 64 chains never moved"));
  report.proposals = ProposalChains{1000, 64, 600, 0, 0.6};
  EXPECT_TRUE(holds(text_of(report), "refused: a chain rejected 600 proposals in a row"));
  report.proposals = ProposalChains{1000, 64, 150, 0, 0.6};
  EXPECT_TRUE(holds(text_of(report), "warning: a chain rejected 150 proposals in a row"));
  report.proposals = ProposalChains{1000, 64, 50, 0, 0.6};
  EXPECT_FALSE(holds(text_of(report), "rejected"));
}

}  // namespace
}  // namespace nmc::drivers
