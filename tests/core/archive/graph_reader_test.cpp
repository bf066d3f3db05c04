#include "core/archive/graphs/reader.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/archive/graphs/variables.hpp"
#include "core/errors.hpp"
#include "physics/systems/ising.hpp"
#include "tests/core/archive/scratch.hpp"
#include "tests/support/paths.hpp"

namespace nmc::archive {
namespace {

/// Four sites, three bonds, a local field on site 1.
Graph expected_graph() {
  Graph graph;
  graph.sites = 4;
  graph.bonds = {{0, 1, 0.5}, {1, 2, -1}, {3, 2, 1e-3}};
  graph.field = {0, -0.25, 0, 0};
  return graph;
}

void expect_same(const Graph& got, const Graph& expected) {
  EXPECT_EQ(got.sites, expected.sites);
  ASSERT_EQ(got.bonds.size(), expected.bonds.size());
  for (std::size_t b = 0; b < got.bonds.size(); ++b) {
    EXPECT_EQ(got.bonds[b].i, expected.bonds[b].i);
    EXPECT_EQ(got.bonds[b].j, expected.bonds[b].j);
    EXPECT_EQ(got.bonds[b].J, expected.bonds[b].J);
  }
  EXPECT_EQ(got.field, expected.field);
  ASSERT_EQ(got.plaquettes.size(), expected.plaquettes.size());
  for (std::size_t p = 0; p < got.plaquettes.size(); ++p) {
    EXPECT_EQ(got.plaquettes[p].sites, expected.plaquettes[p].sites);
    EXPECT_EQ(got.plaquettes[p].K, expected.plaquettes[p].K);
  }
  EXPECT_TRUE(got.torus.empty());
}

class GraphReader : public ::testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(scratch_.file(name)) << text;
    return scratch_.file(name);
  }
  /// The message about a file of this text, without its directory.
  std::string refusal(const std::string& name, const std::string& text,
                      const GraphQuery& query = {}) {
    const std::string path = write(name, text);
    try {
      (void)read_graph_file(path, query);
    } catch (const UserError& error) {
      const std::string what = error.what();
      const std::string folder = path.substr(0, path.size() - name.size());
      EXPECT_TRUE(what.starts_with(folder)) << what;
      return what.substr(std::min(folder.size(), what.size()));
    }
    return "";
  }
  Scratch scratch_;
};

TEST_F(GraphReader, ReadsLinesOfText) {
  const std::string path =
      write("g.txt", "# a graph\n0 1 0.5\n\n1\t2  -1  # antiferromagnet\nh 1 -0.25\n3 2 1e-3\r\n");
  const GraphFile file = read_graph_file(path, {});
  expect_same(file.graph, expected_graph());
  EXPECT_EQ(file.extents, std::vector<Index>{4});
  EXPECT_TRUE(file.has_all_couplings);
}

TEST_F(GraphReader, ReadsColumnsOfCsvInAnyOrder) {
  Graph expected = expected_graph();
  expected.field.clear();
  expect_same(read_graph_file(write("g.csv", "i,j,J\n0,1,0.5\n1,2,-1\n3,2,+0.001\n"), {}).graph,
              expected);
  expect_same(
      read_graph_file(write("g.csv", "J, j, i\n0.5, 1, 0\n-1, 2, 1\n1e-3, 2, 3\n"), {}).graph,
      expected);
}

TEST_F(GraphReader, TakesTheCommonCouplingWhereNoBondHasOne) {
  const GraphFile file = read_graph_file(write("g.txt", "0 1\n1 2\n"), {.J = -2});
  EXPECT_EQ(file.graph.bonds[0].J, -2);
  EXPECT_EQ(file.graph.bonds[1].J, -2);
  EXPECT_FALSE(file.has_all_couplings);
}

TEST_F(GraphReader, ReadsJsonOfBondsAndOfMatrices) {
  const std::string bonds =
      R"({"N": 4, "bonds": [[0, 1, 0.5], [1, 2, -1], [3, 2, 0.001]], "field": [0, -0.25, 0, 0]})";
  expect_same(read_graph_file(write("g.json", bonds), {}).graph, expected_graph());
  const std::string many = R"({"instances": [{"bonds": [[0, 1]]}, )" + bonds + "]}";
  const GraphFile second = read_graph_file(write("m.json", many), {.instance = 1});
  expect_same(second.graph, expected_graph());
  EXPECT_EQ(second.instances, 2);
  Graph expected;
  expected.sites = 3;  // site 1 is free, as the matrix says
  expected.bonds = {{0, 2, -0.5}};
  const std::string matrix = R"({"J": [[0, 0, -0.5], [0, 0, 0], [-0.5, 0, 0]]})";
  expect_same(read_graph_file(write("j.json", matrix), {}).graph, expected);
}

TEST_F(GraphReader, ReadsHdf5) {
  const std::string path = scratch_.file("g.h5");
  {
    File file = File::create(path);
    const std::vector<std::int64_t> ends{0, 1, 1, 2, 3, 2};
    const std::vector<double> J{0.5, -1, 1e-3}, field{0, -0.25, 0, 0};
    file.write("/bonds", {3, 2}, ends);
    file.write("/J", {3}, J);
    file.write("/field", {4}, field);
    file.close();
  }
  expect_same(read_graph_file(path, {}).graph, expected_graph());
}

TEST_F(GraphReader, ReadsWhatAResultHolds) {
  Graph graph = expected_graph();
  graph.plaquettes = {{{3, 1, 0, 2}, -0.2}};
  const std::string path = scratch_.file("result.h5");
  const GraphVariables variables(graph);
  {
    File file = File::create(path);
    write_xarray_group(file, graph_group(""), variables.dimensions(), variables.variables());
    file.set_attribute(graph_group(""), "sites", std::int64_t{4});
    file.close();
  }
  expect_same(read_graph_file(path, {}).graph, graph);
}

TEST_F(GraphReader, SaysThatAResultStoresNoBonds) {
  const std::string path = scratch_.file("result.h5");
  {
    File file = File::create(path);
    file.create_group("/constant_data");
    file.set_attribute("/constant_data", "summary", "8x8 torus");
    file.close();
  }
  try {
    (void)read_graph_file(path, {});
    FAIL();
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find("stores no bonds: its system is 8x8 torus"),
              std::string::npos);
  }
}

TEST_F(GraphReader, NamesAMissingVertexAndTheWayOut) {
  EXPECT_EQ(refusal("g.txt", "0 1\n1 3\n"),
            "g.txt: no bond touches site 2 of 0 to 3; number the sites without a gap, or set N = 4 "
            "if it is a free spin");
  EXPECT_EQ(refusal("g.txt", "1 2\n2 3\n"),
            "g.txt: no bond touches site 0; sites are numbered from 0 to 3: subtract 1 from every "
            "number, or set N = 4 if site 0 is free");
  EXPECT_EQ(refusal("g.txt", "0 1\n1 3\n", {.sites = 4}), "");
  EXPECT_EQ(refusal("g.txt", "0 1\n1 3\nN 4\n"), "");
  EXPECT_EQ(refusal("g.txt", "0 1\n1 3\nh 2 0.5\n"), "");
  EXPECT_NE(refusal("g.txt", "0 4000000000\n").find("2147483648"), std::string::npos);
}

TEST_F(GraphReader, NamesTheLineOfABondThatCannotBe) {
  EXPECT_EQ(refusal("g.txt", "0 1\n# again\n2 1\n1 0\n"),
            "g.txt:4: bond 0 1 is already there (" + scratch_.file("g.txt:1") +
                "); write it once, with the sum of the couplings if both are meant");
  EXPECT_EQ(refusal("g.txt", "0 1 1\n1 1 2\n"),
            "g.txt:2: bond 1 1 joins a site with itself; leave it out, s^2 = 1 only shifts the "
            "energy by -2");
  EXPECT_EQ(
      refusal("g.csv", "i,j,J\n0,1,nan\n"),
      "g.csv:2: the coupling of bond 0 1 is nan; give a finite number, or leave the bond out");
  EXPECT_EQ(refusal("g.txt", "0 1 1\n1 2 -inf\n").substr(0, 43),
            "g.txt:2: the coupling of bond 1 2 is -inf; ");
  EXPECT_EQ(refusal("g.txt", "0 1\n1 5\n", {.sites = 3}),
            "g.txt:2: bond 1 5 leaves the graph: N = 3 has sites 0 to 2");
  EXPECT_EQ(refusal("g.txt", "0 1\n1 -2\n"), "g.txt:2: bond 1 -2: sites are numbered from 0");
}

TEST_F(GraphReader, NamesTheLineThatIsNoBond) {
  EXPECT_EQ(refusal("g.txt", "0 1\n1 two\n"), "g.txt:2: site = two is not an integer");
  EXPECT_EQ(refusal("g.txt", "0 1 1\n1 2 x\n"), "g.txt:2: J = x is not a number");
  EXPECT_EQ(refusal("g.txt", "0 1\n1 2 3 4\n"),
            "g.txt:2: \"1 2 3 4\" is no bond: write i j or i j J");
  EXPECT_EQ(refusal("g.csv", "i,j,colour\n0,1,2\n"),
            "g.csv:1: column \"colour\" is none of i, j, J (source, target, weight); leave other "
            "columns out: in pandas df[[\"i\", \"j\", \"J\"]].to_csv(FILE, index=False)");
  EXPECT_EQ(refusal("g.csv", "i,j,J\n0,1\n"),
            "g.csv:2: \"0,1\" is no bond: write 3 values, as the first line announces");
  EXPECT_EQ(refusal("g.csv", "i,J\n0,1\n"), "g.csv:1: there is no column j");
  EXPECT_EQ(refusal("g.txt", "# nothing\n"), "g.txt lists no bonds");
}

TEST_F(GraphReader, NamesTheEntryOfAJsonFileThatCannotBe) {
  EXPECT_NE(refusal("g.json", R"({"bonds": [[0, 1, NaN]]})").find("JSON knows no NaN"),
            std::string::npos);
  EXPECT_EQ(refusal("g.json", R"({"bonds": [[0, 1], [1, 0]]})").substr(0, 45),
            "g.json: bonds[1]: bond 0 1 is already there (");
  EXPECT_EQ(refusal("g.json", R"({"bonds": [[0, 1.5]]})"),
            "g.json: bonds[0] = 1.5 is not an integer");
  EXPECT_EQ(refusal("g.json", R"({"bonds": [[0]]})"),
            "g.json: bonds[0] = [0] is no bond: write [i, j] or [i, j, J]");
  EXPECT_EQ(refusal("g.json", R"({"J": [[0, 1], [2, 0]]})"),
            "g.json: J[0][1] = 1 and J[1][0] = 2: the matrix must be symmetric");
  EXPECT_EQ(refusal("g.json", R"({"J": [[1]]})"),
            "g.json: J[0][0] = 1 couples a site to itself; it must be 0");
  EXPECT_EQ(refusal("g.json", R"({"edges": []})"),
            "g.json: unknown key \"edges\"; bonds [i, j, J] are called \"bonds\"");
  EXPECT_EQ(refusal("g.json", R"({"N": 3})"),
            "g.json: there are neither bonds [[i, j, J], ...] nor a matrix J");
  EXPECT_EQ(refusal("g.json", R"({"instances": [{"bonds": [[0]]}]})").substr(0, 20),
            "g.json: instances[0]");
}

TEST_F(GraphReader, NamesInstancesThatAreNotThere) {
  const std::string path = write("g.json", R"({"instances": [{"bonds": [[0, 1]]}]})");
  EXPECT_THROW((void)read_graph_file(path, {.instance = 1}), UserError);
  EXPECT_THROW((void)read_graph_file(write("g.txt", "0 1\n"), {.instance = 1}), UserError);
}

TEST(SharedGlasses, AreReadAndTheirGroundStatesHaveTheirEnergies) {
  const std::string folder = tests::shared_data();
  if (!std::ifstream(folder + "/ea2d_small.json"))
    GTEST_SKIP() << "no reference data in " << folder;
  int ground_states = 0;
  for (const char* name : {"ea2d_small.json", "ea3d_small.json", "ea2d_8x8.json", "sk_n20.json"}) {
    const std::string path = folder + "/" + name;
    std::ifstream stream(path);
    const nlohmann::json instances = nlohmann::json::parse(stream)["instances"];
    for (std::size_t k = 0; k < instances.size(); ++k) {
      const nlohmann::json& instance = instances[k];
      const GraphFile file = read_graph_file(path, {.instance = static_cast<Index>(k)});
      EXPECT_EQ(file.graph.sites, instance["N"].get<Index>());
      EXPECT_EQ(file.instances, std::ssize(instances));
      EXPECT_TRUE(file.has_all_couplings);
      if (instance.contains("dims")) {
        EXPECT_EQ(file.extents, instance["dims"].get<std::vector<Index>>());
      }
      if (!instance.contains("ground_state")) continue;
      const auto spins = instance["ground_state"].get<std::vector<double>>();
      const Batch s = Eigen::Map<const Batch>(spins.data(), 1, file.graph.sites);
      // Sums of some 200 terms of order 1.
      EXPECT_NEAR(ising_energy(file.graph, s)(0), instance["E0"].get<double>(), 1e-12) << path << k;
      ++ground_states;
    }
  }
  EXPECT_GE(ground_states, 15);
}

}  // namespace
}  // namespace nmc::archive
