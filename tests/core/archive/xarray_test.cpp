#include <gtest/gtest.h>
#include <sys/wait.h>

#include "core/archive/chains/chain_reader.hpp"
#include "core/archive/provenance.hpp"
#include "core/archive/publish.hpp"
#include "core/archive/xarray_group.hpp"
#include "core/errors.hpp"
#include "tests/core/archive/scratch.hpp"
#include "tests/support/paths.hpp"

namespace nmc::archive {
namespace {

constexpr int missing_package = 77;

/// Exit code of the script beside this file.
int run_python(const std::string& verb, const std::string& file) {
  const std::string python =
      "/usr/bin/python3 '" + tests::source_dir() + "/tests/core/archive/xarray_check.py' ";
  const int status = std::system((python + verb + " '" + file + "'").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Provenance example_provenance() {
  Provenance provenance;
  provenance.mpi_library = "none";
  provenance.host = host_name();
  provenance.ranks = 2;
  provenance.threads = 3;
  provenance.command_line = "nmc run job.ini";
  provenance.resolved_job = "[run]\nseed = 1  # β\n";
  provenance.seed = 1;
  provenance.phases = {{"sample", 1.5, 2.5}, {"train", 10, 20}};
  return provenance;
}

void write_example(File& file) {
  const statistics::Chains energy{{0, 3}, {1, 4}, {2, 5}};
  std::vector<float> x(12);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i);
  const std::vector<std::int8_t> diverging = {0, 1, 0, 1, 0, 0};
  const std::vector<Dimension> axes = {numbered("chain", 2), numbered("draw", 3)};
  std::vector<Dimension> all = axes;
  all.push_back(numbered("site", 2));
  write_xarray_group(file, "/posterior", all,
                     {chain_variable("energy", energy),
                      {"x", {"chain", "draw", "site"}, std::span<const float>(x)}});
  write_xarray_group(
      file, "/sample_stats", axes,
      {{"diverging", {"chain", "draw"}, std::span<const std::int8_t>(diverging), true}});
  write_provenance(file, example_provenance());
  file.write("/names", {2}, std::vector<std::string>{"a", "β"});
}

TEST(XarrayGroup, OpensWithBothEngines) {
  const Scratch scratch;
  publish_file(scratch.file("result.h5"), write_example);
  const int status = run_python("read", scratch.file("result.h5"));
  if (status == missing_package) GTEST_SKIP() << "xarray, h5netcdf, netCDF4 or h5py is missing";
  EXPECT_EQ(status, 0);
}

TEST(XarrayGroup, IsReadAsWrittenByXarrayItself) {
  const Scratch scratch;
  const int status = run_python("write", scratch.file("x.nc"));
  if (status == missing_package) GTEST_SKIP() << "xarray, h5netcdf, netCDF4 or h5py is missing";
  ASSERT_EQ(status, 0);
  const auto all = read_chains(scratch.file("x.nc")).variables;
  ASSERT_EQ(all.size(), 6u);  // is_up, n, x[0] … x[3]; no coordinates, no text
  EXPECT_EQ(all[1].name, "n");
  const statistics::Chains n{{1, 4}, {2, 5}, {3, 6}};
  EXPECT_TRUE((all[1].chains == n).all());
  EXPECT_EQ(all[3].name, "x[1]");
  const statistics::Chains x1{{1, 5}, {9, 13}, {17, 21}};  // x[draw, chain, k] at k = 1
  EXPECT_TRUE((all[3].chains == x1).all());

  const File file = File::open(scratch.file("x.nc"));
  EXPECT_EQ(file.string_attribute("/", "text"), "short");
  EXPECT_EQ(file.string_attribute("/", "fixed"), "bytes");
  EXPECT_EQ(file.int_attribute("/", "truth"), 1);
  EXPECT_EQ(file.double_attribute("/", "small"), 0.5);
  EXPECT_EQ(file.read_strings("/texts"), (std::vector<std::string>{"ab", "c"}));
}

TEST(XarrayGroup, RefusesVariablesThatDoNotFitTheirDimensions) {
  const Scratch scratch;
  File file = File::create(scratch.file("x.h5"));
  const statistics::Chains chains = statistics::Chains::Zero(3, 2);
  const auto write = [&](const std::vector<Dimension>& dimensions) {
    write_xarray_group(file, "/g" + std::to_string(dimensions.size()), dimensions,
                       {chain_variable("energy", chains)});
  };
  expect_part(message_of<UserError>([&] { write({numbered("chain", 2)}); }), "dimension draw");
  expect_part(message_of<UserError>([&] {
                write({numbered("chain", 2), numbered("draw", 4)});
              }),
              "do not fill");
}

TEST(Provenance, ReturnsWhatWasWritten) {
  const Scratch scratch;
  File file = File::create(scratch.file("x.h5"));
  const Provenance given = example_provenance();
  write_provenance(file, given);
  const Provenance read = read_provenance(file);
  EXPECT_EQ(read.build.version, given.build.version);
  EXPECT_EQ(read.build.is_dirty, given.build.is_dirty);
  EXPECT_EQ(read.build.libraries.size(), given.build.libraries.size());
  EXPECT_EQ(read.resolved_job, given.resolved_job);
  EXPECT_EQ(read.threads, 3);
  ASSERT_EQ(read.phases.size(), 2u);
  EXPECT_EQ(read.phases[1].name, "train");
  EXPECT_EQ(read.phases[1].cpu_seconds, 20);
}

TEST(BuildInfo, NamesEveryLibrary) {
  const BuildInfo info = build_info();
  EXPECT_FALSE(info.version.empty());
  EXPECT_FALSE(info.git_revision.empty());
  EXPECT_FALSE(info.compiler.empty());
  for (const auto& [library, version] : info.libraries) EXPECT_FALSE(version.empty()) << library;
}

}  // namespace
}  // namespace nmc::archive
