#include <gtest/gtest.h>

#include "core/archive/chains/chain_reader.hpp"
#include "core/archive/publish.hpp"
#include "core/archive/xarray_group.hpp"
#include "core/errors.hpp"
#include "tests/core/archive/scratch.hpp"

namespace nmc::archive {
namespace {

using Numbers = std::vector<double>;

/// 0, 1, 2 … in a file of this shape.
void write_counted(File& file, const std::string& dataset, const Shape& shape) {
  Numbers values(static_cast<std::size_t>(entries(shape)));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i);
  file.write(dataset, shape, std::span<const double>(values));
}

std::vector<std::string> names_of(const std::vector<NamedChains>& all) {
  std::vector<std::string> names;
  for (const NamedChains& one : all) names.push_back(one.name);
  return names;
}

std::vector<NamedChains> variables_of(const std::string& file) {
  return read_chains(file).variables;
}

TEST(ChainReader, TakesTheAxesAsChainAndDrawAndNumbersTheOthers) {
  const Scratch scratch;
  publish_file(scratch.file("x.h5"), [](File& file) {
    write_counted(file, "/g/plain", {2, 3});
    write_counted(file, "/g/vector", {2, 3, 2});
    write_counted(file, "/g/matrix", {2, 3, 1, 2});
    write_counted(file, "/g/single", {5});
  });
  const auto all = variables_of(scratch.file("x.h5"));
  EXPECT_EQ(names_of(all), (std::vector<std::string>{"matrix[0, 0]", "matrix[0, 1]", "plain",
                                                     "vector[0]", "vector[1]"}));
  const statistics::Chains plain{{0, 3}, {1, 4}, {2, 5}};  // (draws, chains)
  EXPECT_TRUE((all[2].chains == plain).all());
  EXPECT_TRUE((all[4].chains == 2 * plain + 1).all());
  const auto one = variables_of(scratch.file("x.h5") + ":g/single");
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].chains.rows(), 5);
  EXPECT_EQ(one[0].chains.cols(), 1);
}

TEST(ChainReader, ReadsThePosteriorOnlyAndSkipsCoordinates) {
  const Scratch scratch;
  publish_file(scratch.file("x.h5"), [](File& file) {
    const statistics::Chains chains = statistics::Chains::Random(4, 3);
    write_xarray_group(file, "/posterior", {numbered("chain", 3), numbered("draw", 4)},
                       {chain_variable("energy", chains)});
    write_counted(file, "/train/loss", {2, 7});
  });
  EXPECT_EQ(names_of(variables_of(scratch.file("x.h5"))), (std::vector<std::string>{"energy"}));
  EXPECT_EQ(variables_of(scratch.file("x.h5") + ":energy")[0].chains.cols(), 3);
  EXPECT_EQ(variables_of(scratch.file("x.h5") + ":/train/loss")[0].name, "loss");
}

TEST(ChainReader, TakesSingleChainsWhereThereIsNothingElse) {
  const Scratch scratch;
  const Numbers values = {3, 1, 2, 5};
  publish_file(scratch.file("x.h5"), [&](File& file) {
    write_xarray_group(file, "/posterior", {numbered("draw", 4)},
                       {{"x", {"draw"}, std::span<const double>(values)}});
  });
  EXPECT_EQ(names_of(variables_of(scratch.file("x.h5"))), (std::vector<std::string>{"x"}));
}

TEST(ChainReader, FindsNamedAxesWhereverTheyAre) {
  const Scratch scratch;
  const Numbers values = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  publish_file(scratch.file("x.h5"), [&](File& file) {
    const std::vector<Dimension> dimensions = {numbered("draw", 3), numbered("k", 2),
                                               numbered("chain", 2)};
    write_xarray_group(file, "/", dimensions,
                       {{"x", {"draw", "k", "chain"}, std::span<const double>(values)}});
  });
  const auto all = variables_of(scratch.file("x.h5"));
  ASSERT_EQ(names_of(all), (std::vector<std::string>{"x[0]", "x[1]"}));
  const statistics::Chains second{{2, 3}, {6, 7}, {10, 11}};
  EXPECT_TRUE((all[1].chains == second).all());
}

TEST(ChainReader, ReadsCsvWithAndWithoutChains) {
  const Scratch scratch;
  write_text_file(scratch.file("a.csv"),
                  "# made by hand\nchain,draw,energy,\"m\"\n1,0,-1.5,0.5\n2,0,-2.5,1e-3\n"
                  "1,1,-3.5,1\n2,1,+4.5,2\n");
  const auto all = variables_of(scratch.file("a.csv"));
  ASSERT_EQ(names_of(all), (std::vector<std::string>{"energy", "m"}));
  const statistics::Chains energy{{-1.5, -2.5}, {-3.5, 4.5}};
  EXPECT_TRUE((all[0].chains == energy).all());
  EXPECT_EQ(all[1].chains(1, 0), 1);
  EXPECT_EQ(names_of(variables_of(scratch.file("a.csv") + ":m")), (std::vector<std::string>{"m"}));

  write_text_file(scratch.file("b.csv"), "1,2\r\n3,4\r\n5,6\r\n");
  const auto plain = variables_of(scratch.file("b.csv"));
  ASSERT_EQ(names_of(plain), (std::vector<std::string>{"column0", "column1"}));
  EXPECT_EQ(plain[1].chains.rows(), 3);
}

TEST(ChainReader, SaysWhatIsWrong) {
  const Scratch scratch;
  const auto message = [&](const std::string& name, const std::string& text) {
    write_text_file(scratch.file(name), text);
    return message_of<UserError>([&] { (void)variables_of(scratch.file(name)); });
  };
  expect_part(message("a.csv", "x,y\n1,2\n1\n"), "a.csv:3: 1 values where 2 columns");
  expect_part(message("b.csv", "x,y\n1,2\n3,4.5e\n"), "b.csv:3: \"4.5e\" in column y");
  expect_part(message("c.csv", "x,chain\n1,0\n2,0\n3,1\n"), "cut them to equal length");
  expect_part(message("d.csv", "x,y\n"), "holds no numbers");
  expect_part(message("e.csv", "chain\n1\n"), "has no column of draws");
  expect_part(message("f.h5", "not HDF5"), "is not an HDF5 file");
  const auto missing = [&](const std::string& name) {
    return message_of<UserError>([&] { (void)variables_of(scratch.file(name)); });
  };
  expect_part(missing("none.h5"), "none.h5 does not exist");
  expect_part(missing("none.h5:x"), "none.h5 does not exist");
  write_text_file(scratch.file("g.csv"), "x,y\n1,2\n");
  expect_part(missing("g.csv:z"), "has no column z; it has x, y");
  publish_file(scratch.file("h.h5"), [](File& file) { file.create_group("/posterior"); });
  expect_part(missing("h.h5"), "holds no chains");
  expect_part(missing("h.h5:energy"), "has no /energy; in / there is posterior");
  expect_part(missing("h.h5:posterior"), "holds no chains");
}

TEST(ChainReader, RefusesMoreChainsThanDrawsUntilTheAxesAreSaid) {
  const Scratch scratch;
  publish_file(scratch.file("x.h5"), [](File& file) { write_counted(file, "/x", {5, 2}); });
  expect_part(message_of<UserError>([&] { (void)variables_of(scratch.file("x.h5")); }),
              "5 chains of 2 draws");
  const auto said = read_chains(scratch.file("x.h5"), AxesChoice::parse("draw,chain")).variables;
  const statistics::Chains x{{0, 1}, {2, 3}, {4, 5}, {6, 7}, {8, 9}};
  EXPECT_TRUE((said[0].chains == x).all());
}

TEST(ChainReader, SaysHowAnArrayWasReadThatHasFewerDrawsThanEntries) {
  const auto doubt = [](const Shape& shape) { return find_axes(shape, {}, {}).doubt; };
  expect_part(doubt({2, 4, 1001}), "2 chains of 4 draws of 1001 variables");
  expect_part(doubt({2, 4, 1001}),
              "--axes, for example chain,x1,draw, or save a.transpose(0, 2, 1)");
  expect_part(doubt({4, 8}), "4 chains of 8 draws");
  expect_part(doubt({4, 8}), "for example draw,chain, or save a.T");
  expect_part(doubt({4, 500, 32, 32}), "4 chains of 500 draws of 1024 variables");
  EXPECT_EQ(doubt({4, 1001}), "");
  EXPECT_EQ(doubt({4, 1001, 2}), "");
  EXPECT_EQ(doubt({1001}), "");
  // Where the axes have names, or were said, there is no doubt.
  EXPECT_EQ(find_axes({4, 8}, {"chain", "draw"}, {}).doubt, "");
  EXPECT_EQ(find_axes({4, 8}, {}, AxesChoice::parse("chain,draw")).doubt, "");
  const Scratch scratch;
  publish_file(scratch.file("x.h5"), [](File& file) { write_counted(file, "/x", {2, 4, 9}); });
  const ChainFile file = read_chains(scratch.file("x.h5"));
  ASSERT_EQ(file.notes.size(), 1u);
  expect_part(file.notes[0], "x: [2, 4, 9] without names was read as [chain, draw, variable]");
}

TEST(ChainReader, CallsSeveralFilesChains) {
  const Scratch scratch;
  write_text_file(scratch.file("a.csv"), "x\n1\n2\n3\n");
  write_text_file(scratch.file("b.csv"), "x\n2\n1\n4\n");
  const ChainFile file = read_chains({scratch.file("a.csv"), scratch.file("b.csv")}, {});
  ASSERT_EQ(file.variables.size(), 1u);
  EXPECT_EQ(file.variables[0].chains.cols(), 2);
  expect_part(file.variables[0].axes, "2 files as chains, each: one chain, draws in the order");
}

TEST(AxisNames, HaveRolesWhateverTheirSpelling) {
  for (const char* name : {"chain", "chain__", ".chain", "Chain", "chain_id", "Walker", "replica"})
    EXPECT_EQ(role_of_name(name), AxisRole::chain) << name;
  for (const char* name : {"draw", "draw__", ".iteration", "Step", "iter", "MC_step", "t", "time"})
    EXPECT_EQ(role_of_name(name), AxisRole::draw) << name;
  for (const char* name :
       {"T", "stepsize__", "energy", "chained", "steps_per_draw", "drawn", "Time_per_x"})
    EXPECT_EQ(role_of_name(name), AxisRole::other) << name;
}

}  // namespace
}  // namespace nmc::archive
