// Every number of the reference cases (checked there against R's posterior, pyerrors and emcee), to
// their stated relative tolerance of 1e-9.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/statistics/binning.hpp"
#include "core/statistics/ess.hpp"
#include "core/statistics/gamma_method.hpp"
#include "core/statistics/jackknife.hpp"
#include "core/statistics/rhat.hpp"
#include "core/statistics/sokal.hpp"
#include "core/statistics/summary.hpp"
#include "tests/support/paths.hpp"

namespace nmc::statistics {
namespace {

using Json = nlohmann::json;

void expect_close(const Json& expected, double value, const std::string& what) {
  const double number = expected.get<double>();
  EXPECT_NEAR(value, number, 1e-9 * std::abs(number)) << what;
}

Chains chains_of(const Json& json) {
  Chains chains(static_cast<Index>(json.at(0).size()), static_cast<Index>(json.size()));
  for (Index chain = 0; chain < chains.cols(); ++chain) {
    for (Index draw = 0; draw < chains.rows(); ++draw) {
      chains(draw, chain) = json[static_cast<std::size_t>(chain)][static_cast<std::size_t>(draw)];
    }
  }
  return chains;
}

void check_posterior(const Json& expected, const Chains& chains) {
  const std::map<std::string, double> values = {{"rhat", rhat(chains)},
                                                {"rhat_split", rhat_split(chains)},
                                                {"rhat_plain", rhat_plain(chains)},
                                                {"rhat_bulk", rhat_bulk(chains)},
                                                {"rhat_folded", rhat_folded(chains)},
                                                {"ess_bulk", ess_bulk(chains)},
                                                {"ess_tail", ess_tail(chains)},
                                                {"ess_mean", ess_mean(chains)},
                                                {"ess_sd", ess_sd(chains)},
                                                {"ess_median", ess_median(chains)},
                                                {"ess_q05", ess_quantile(chains, 0.05)},
                                                {"ess_q95", ess_quantile(chains, 0.95)},
                                                {"ess_plain", ess_plain(chains)},
                                                {"mcse_mean", mcse_mean(chains)},
                                                {"mcse_sd", mcse_sd(chains)},
                                                {"mcse_median", mcse_median(chains)},
                                                {"mcse_q05", mcse_quantile(chains, 0.05)}};
  for (const auto& [key, number] : expected.items()) {
    ASSERT_TRUE(values.contains(key)) << key;
    expect_close(number, values.at(key), key);
  }
}

void check_gamma(const Json& expected, const Chains& chains, Centre centre) {
  for (const auto& [key, numbers] : expected.items()) {
    const GammaResult result = gamma_method(chains, {std::stod(key.substr(2)), centre});
    expect_close(numbers.at("tau_int"), result.tau_int, "tau_int");
    expect_close(numbers.at("dtau_int"), result.tau_int_error, "dtau_int");
    expect_close(numbers.at("error"), result.error, "error");
    expect_close(numbers.at("derror"), result.error_error, "derror");
    expect_close(numbers.at("mean"), result.mean, "mean");
    expect_close(numbers.at("var"), result.variance, "var");
    EXPECT_EQ(numbers.at("window").get<Index>(), result.window);
    EXPECT_EQ(result.window_found, result.window < chains.rows() / 2 - 1);
  }
}

void check_sokal(const Json& expected, const Chains& chains) {
  const SokalResult result = sokal(chains, 5);
  if (expected.is_null()) {
    EXPECT_TRUE(std::isnan(result.tau_int));
    return;
  }
  expect_close(expected.at("tau_int"), result.tau_int, "sokal tau_int");
  expect_close(expected.at("tau_emcee_convention"), 2 * result.tau_int, "emcee tau");
  EXPECT_EQ(expected.at("window").get<Index>(), result.window);
}

void check_binning(const Json& expected, const Chains& chains) {
  const std::vector<BinningLevel> levels = binning(chains);
  ASSERT_GE(levels.size(), expected.size());
  for (std::size_t k = 0; k < expected.size(); ++k) {
    EXPECT_EQ(expected[k].at("bin").get<Index>(), levels[k].bin);
    EXPECT_EQ(expected[k].at("nbins").get<Index>(), levels[k].bins);
    expect_close(expected[k].at("error"), levels[k].error, "binning error");
    expect_close(expected[k].at("tau_int"), levels[k].tau_int, "binning tau_int");
  }
}

void check_jackknife(const Json& expected, const Chains& chains) {
  const Chains x = chains.leftCols(1);
  const auto check = [&](const Json& numbers, const JackknifeResult& result) {
    EXPECT_EQ(numbers.at("nblocks").get<Index>(), result.blocks);
    expect_close(numbers.at("plain"), result.plain, "plain");
    expect_close(numbers.at("bias_corrected"), result.bias_corrected, "bias_corrected");
    expect_close(numbers.at("error"), result.error, "jackknife error");
  };
  check(expected.at("mean"), jackknife(
                                 {x}, [](const Column& mean) { return mean[0]; }, 20));
  const auto binder = [](const Column& mean) { return 1 - mean[1] / (3 * mean[0] * mean[0]); };
  check(expected.at("binder"), jackknife({x.square(), x.square().square()}, binder, 20));
}

void check_summary(const Json& expected, const Chains& chains) {
  const ChainSummary summary = summarise(chains);
  const Json& posterior = expected.at("posterior");
  expect_close(posterior.at("rhat"), summary.rhat, "summary rhat");
  expect_close(posterior.at("rhat_bulk"), summary.rhat_bulk, "summary rhat_bulk");
  expect_close(posterior.at("rhat_folded"), summary.rhat_folded, "summary rhat_folded");
  expect_close(posterior.at("ess_bulk"), summary.ess_bulk, "summary ess_bulk");
  expect_close(posterior.at("ess_tail"), summary.ess_tail, "summary ess_tail");
  expect_close(posterior.at("mcse_mean"), summary.mcse_mean, "summary mcse_mean");
  const Json& gamma = expected.at("wolff_gamma").at("S=1.5");
  expect_close(gamma.at("mean"), summary.mean, "summary mean");
  expect_close(gamma.at("error"), summary.error, "summary error");
  expect_close(gamma.at("tau_int"), summary.tau_int, "summary tau_int");
  expect_close(gamma.at("dtau_int"), summary.tau_int_error, "summary tau_int_error");
}

void check_case(const Json& expected, const Chains& chains) {
  check_posterior(expected.at("posterior"), chains);
  check_gamma(expected.at("wolff_gamma"), chains, Centre::overall_mean);
  check_gamma(expected.at("wolff_gamma_replica_mean"), chains, Centre::chain_mean);
  check_sokal(expected.at("sokal_c5"), chains);
  check_binning(expected.at("binning"), chains);
  if (expected.contains("jackknife_chain0")) {
    check_jackknife(expected.at("jackknife_chain0"), chains);
  }
  check_summary(expected, chains);
}

void check_folder(const std::filesystem::path& folder) {
  const Json chains = Json::parse(std::ifstream(folder / "diagnostics_chains.json"));
  const Json expected = Json::parse(std::ifstream(folder / "diagnostics_expected.json"));
  EXPECT_GT(expected.at("cases").size(), 0u);
  for (const auto& [name, entry] : expected.at("cases").items()) {
    SCOPED_TRACE(name);
    check_case(entry.at("expected"), chains_of(chains.at("cases").at(name).at("chains")));
  }
}

TEST(Statistics, EqualsTheReferenceForAnOddNumberOfDraws) {
  check_folder(std::filesystem::path(tests::test_data()) / "diagnostics");
}

TEST(Statistics, EqualsEveryReferenceCase) {
  const std::filesystem::path folder = tests::shared_data();
  if (!std::filesystem::exists(folder / "diagnostics_chains.json")) {
    GTEST_SKIP() << "no reference data in " << folder;
  }
  check_folder(folder);
}

}  // namespace
}  // namespace nmc::statistics
