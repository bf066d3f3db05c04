#include "drivers/compare/contest.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/errors.hpp"
#include "drivers/compare/rivals.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/systems/ising.hpp"

namespace nmc::drivers {
namespace {

struct Sampled1 {
  std::string name;
  double mean, error, tau;
};

/// 1000 draws of 10 chains.
Contender contender(const std::string& name, const std::vector<Sampled1>& observables,
                    double sample_seconds, double train_seconds) {
  Contender made{name, {}};
  for (const Sampled1& one : observables) {
    ReportLine line;
    line.name = one.name;
    line.summary.mean = one.mean;
    line.summary.error = one.error;
    line.summary.tau_int = one.tau;
    line.summary.draws = 1000;
    line.summary.chains = 10;
    made.report.lines.push_back(line);
  }
  made.report.sampler.sample.cpu_seconds = sample_seconds;
  made.report.sampler.train.cpu_seconds = train_seconds;
  return made;
}

TEST(Contest, CountsTheSlowestObservableAndWhatTrainingCosts) {
  // 2 tau seconds / draws: 1e-3 and 3e-3, against 2e-2 and 5e-3.
  const Verdict verdict =
      judge_contest({contender("net", {{"energy", 1, .1, .5}, {"m2", 2, .1, 1.5}}, 10, 85),
                     contender("local", {{"energy", 1, .1, 10}, {"m2", 2, .1, 2.5}}, 10, 0),
                     contender("slow", {{"energy", 1, .1, 50}, {"m2", 2, .1, 2.5}}, 10, 0)});
  ASSERT_EQ(verdict.costs.size(), 2u);
  EXPECT_NEAR(verdict.costs[0].seconds[0], 1e-3, 1e-12);
  EXPECT_NEAR(verdict.slowest.seconds[0], 3e-3, 1e-12);
  EXPECT_NEAR(verdict.slowest.seconds[1], 2e-2, 1e-12);
  EXPECT_EQ(verdict.best_rival, 1u);
  EXPECT_NEAR(verdict.break_even, 85 / 17e-3, 1e-6);
  EXPECT_NE(verdict.sentence.find("net is 6.67 times as fast as local"), std::string::npos)
      << verdict.sentence;
  EXPECT_NE(verdict.sentence.find("paid back after 5e+03"), std::string::npos);
  EXPECT_FALSE(verdict.is_refused);
}

TEST(Contest, SaysWhenTheRivalIsFaster) {
  const Verdict verdict = judge_contest({contender("net", {{"energy", 1, .1, 5}}, 10, 7),
                                         contender("wolff", {{"energy", 1, .1, .5}}, 10, 0)});
  EXPECT_TRUE(std::isnan(verdict.break_even));
  EXPECT_EQ(verdict.sentence,
            "wolff is 10 times as fast as net, and its training of 7 CPU s is never paid back.");
}

// Independent results differ by five standard errors in 6e-7 of all cases.
TEST(Contest, GivesNoVerdictOnMeansThatDisagree) {
  const Verdict verdict = judge_contest({contender("net", {{"energy", 1, .1, .5}}, 10, 0),
                                         contender("wolff", {{"energy", 1.8, .1, .5}}, 10, 0)});
  EXPECT_TRUE(verdict.is_refused);
  EXPECT_NEAR(verdict.disagreement.sigma, .8 / std::hypot(.1, .1), 1e-12);
  EXPECT_NE(verdict.sentence.find("No verdict: net and wolff differ by 5.7"), std::string::npos);
}

TEST(Contest, LeavesRefusedNumbersOut) {
  Contender net = contender("net", {{"energy", 1, .1, .5}}, 10, 0);
  net.report.findings.push_back({Severity::refusal, "rhat", kEveryObservable, "chains disagree"});
  const Contender wolff = contender("wolff", {{"energy", 9, .1, .5}}, 10, 0);
  const Verdict verdict = judge_contest({net, wolff});
  EXPECT_TRUE(verdict.is_refused);
  EXPECT_EQ(verdict.disagreement.sigma, 0);
  EXPECT_NE(verdict.sentence.find("numbers of net are refused"), std::string::npos);
  const Verdict other = judge_contest({wolff, net});
  EXPECT_EQ(other.best_rival, 0u);
  EXPECT_FALSE(other.is_refused);
  EXPECT_NE(contest_json({wolff, net}, other).find("\"slowest\": null"), std::string::npos);
}

TEST(Rivals, AreReadFromTheCommandLine) {
  const auto rivals =
      parse_rivals("wolff; tempering, replicas = 24, inner = heat_bath, warmup = 7;[a x 1, b x 2]");
  ASSERT_EQ(rivals.size(), 3u);
  EXPECT_EQ(rivals[0].name, "wolff");
  EXPECT_EQ(rivals[1].words(), "tempering, replicas = 24, inner = heat_bath");
  EXPECT_EQ(rivals[1].warmup, "7");
  EXPECT_EQ(rivals[1].folder(), "tempering-replicas-24-inner-heat_bath");
  EXPECT_EQ(rivals[2].name, "[a x 1, b x 2]");
  EXPECT_EQ(rivals[2].folder(), "a-x-1-b-x-2");
  EXPECT_THROW((void)parse_rivals("wolff;"), UserError);
  EXPECT_THROW((void)parse_rivals("wolff, 3"), UserError);
}

TEST(Rivals, OfGlassesAreLadders) {
  Graph graph = make_graph(torus({4, 4}));
  const auto name_of_first = [](const Graph& of) {
    System system;
    auto ising = std::make_unique<Ising>(of, 0.5);
    system.beta = 0.5;
    system.spins = ising.get();
    system.target = std::move(ising);
    system.at_beta = [](double) { return std::unique_ptr<System>(); };
    return rivals_of(system).front().name;
  };
  EXPECT_EQ(name_of_first(graph), "wolff");
  graph.bonds[3].J = -1;
  EXPECT_EQ(name_of_first(graph), "tempering");
}

TEST(Rivals, OfOpenLatticesHaveTheTensorNetworkAmongThemAndOfToriItsSheets) {
  const auto last_of = [](Graph graph, bool is_torus) {
    System system;
    system.extents = {4, 4};
    system.has_lattice = true;
    if (is_torus) system.periodic.extents = {4, 4};
    auto ising = std::make_unique<Ising>(std::move(graph), 0.5);
    system.spins = ising.get();
    system.target = std::move(ising);
    return rivals_of(system).back().words();
  };
  EXPECT_EQ(last_of(make_graph({{4, 4}, {true, false}}), false),
            "independence, model.name = tensor_network, model.chi = 16");
  Graph torus_graph = make_graph(torus({4, 4}));
  EXPECT_EQ(last_of(torus_graph, true), "sheet_heat_bath, chi = 8");
  torus_graph.bonds.own().push_back({0, 10, 1});  // no neighbours
  EXPECT_EQ(last_of(torus_graph, true), "metropolis");
}

}  // namespace
}  // namespace nmc::drivers
