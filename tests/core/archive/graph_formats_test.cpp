#include "tests/core/archive/graph_files.hpp"

namespace nmc::archive {
namespace {

/// The sample files, and what they are.
TEST_F(GraphFormats, OfTheSamplesAreRead) {
  const Graph chain = made(3, {{0, 1, 1.5}, {1, 2, -0.5}, {2, 0, 0.2}});
  const Graph dimod = made(3, {{0, 1, 1}, {1, 2, -1}}, {-0.5, 0, 0});
  const std::vector<std::pair<std::string, Graph>> samples{
      {"plain_4_5.txt", made(4, {{0, 1, 1}, {1, 2, 1}, {2, 3, 1}, {3, 0, 1}, {0, 2, 1}})},
      {"sg_tree5.sg", made(5, {{0, 1, 1}, {1, 2, -1}, {2, 3, 1}, {3, 4, -1}})},
      {"dimod.coo", dimod},
      {"dwave.json", dimod},
      {"networkx.csv", chain},
      {"bom.csv", chain},
      {"bom_plain.txt", chain},
      {"nodelink.json", made(3, {{0, 1, 1.5}, {1, 2, -0.5}})},
      {"matrixmarket.mtx", made(3, {{1, 0, 1}, {2, 1, -1}})},
      {"dimacs.col", made(3, {{0, 1, 1}, {1, 2, 1}, {0, 2, 1}})},
      {"g.graphml", made(2, {{0, 1, 1}})}};
  for (const auto& [name, expected] : samples)
    expect_graph(read_graph_file(sample(name), {}).graph, expected, name);
  const Graph torus = read_graph_file(sample("sg_ring9.sg"), {}).graph;
  EXPECT_EQ(torus.sites, 9);
  EXPECT_EQ(torus.bonds.size(), 18U);
  EXPECT_EQ(torus.bonds[0].J, -1.1);
}

TEST_F(GraphFormats, OfTheSamplesAreRefusedByTheirCause) {
  const std::vector<std::pair<std::string, std::string>> samples{
      {"header_zero_based_n_m_plus1.txt", "header_zero_based_n_m_plus1.txt:1: \"4 5\""},
      {"json_h.json", "unknown key \"h\"; local fields are called \"field\""},
      {"json_fields.json", "unknown key \"fields\"; local fields are called \"field\""},
      {"extra_h.h5", "unknown dataset /h; local fields are called \"field\""},
      {"cut_last_J.txt", "cut_last_J.txt:4: bond 2 3 has no coupling"},
      {"mixed_columns.txt", "mixed_columns.txt:2: bond 1 2 has no coupling"},
      {"field_twice.txt", "field_twice.txt:3: the local field of site 0 is already given"},
      {"qubo.qubo", "qubo.qubo (qubo): the energy has the constant -0.5"},
      {"lattices.xml", "lattices.xml:1: this is an ALPS lattice library"},
      {"overflow.txt", "overflow.txt: the couplings and fields sum up to inf in magnitude"}};
  for (const auto& [name, part] : samples) {
    const std::string path = sample(name);  // Clang 14 captures no structured bindings
    expect_part(message_of<UserError>([&] { (void)read_graph_file(path, {}); }), part);
  }
}

TEST_F(GraphFormats, CountSitesFromOneWhereTheFormatDoes) {
  const Graph tree = made(3, {{0, 1, 0.5}, {1, 2, -2}});
  const std::string rudy = "3 2\n1 2 0.5\n2 3 -2\n";
  for (const char* name : {"g.sg", "g.rud", "g.rudy", "g.gset"}) expect_read(name, rudy, tree);
  expect_read("G1", rudy, tree, {.format = "rudy"});
  expect_read("g.mc", rudy, made(3, {{0, 1, -0.5}, {1, 2, 2}}));
  expect_read("g.sg", "# free spins\n4 2\n1 2 0.5\n2 3 -2\n", made(4, {{0, 1, 0.5}, {1, 2, -2}}));
  expect_refused("g.sg", "3 2\n0 1 0.5\n1 2 -2\n", "g.sg:2: bond 0 1: sites are numbered from 1");
  expect_refused("g.sg", "3 2\n1 2 0.5\n2 4 -2\n", "N = 3 has sites 1 to 3");
  expect_refused("g.sg", "3 3\n1 2 0.5\n2 3 -2\n", "announces m = 3 bonds, and 2 follow");
  expect_refused("g.sg", "3 1\n1 2 0.5\n2 3 -2\n", "g.sg:3: the header announces m = 1");
  expect_refused("g.sg", "1 2 0.5\n2 3 -2\n", "is no header");
  expect_refused("g.sg", "3 2\n1 2 0.5\n2 3\n", "g.sg:3: bond 2 3 has no coupling");
  expect_refused("g.sg", "3 2\n1 2 0.5\n2 1 1\n", "g.sg:3: bond 1 2 is already there");
  expect_refused("g.sg", "3 2\n1 2 0.5\n2 3 nan\n", "coupling of bond 2 3 is nan");
}

TEST_F(GraphFormats, RefuseALineOfCountsInPlainText) {
  // n m m': sites from 0 and from 1, m above, below and equal to n, with and without couplings.
  for (const char* text :
       {"4 5\n0 1\n1 2\n2 3\n3 0\n0 2\n", "4 5\n1 2\n2 3\n3 4\n4 1\n1 3\n",
        "4 4\n0 1\n1 2\n2 3\n3 0\n", "5 4\n0 1\n1 2\n2 3\n3 4\n", "4 3\n1 2\n2 3\n3 4\n",
        "4 3\n0 1\n1 2\n2 3\n", "3 3\n0 1 1\n1 2 1\n2 0 -1\n", "# counts\n3 2\n1 2 .5\n2 3 1\n"}) {
    const std::string message = refusal("g.txt", text);
    expect_part(message, text[0] == '#' ? "g.txt:2: " : "g.txt:1: ");
    expect_part(message, "bonds_format");
    expect_part(message, "max_cut");
  }
  // Lines that are bonds.
  expect_read("g.txt", "0 1\n", made(2, {{0, 1, 1}}));
  expect_read("g.txt", "0 1\n1 2\n2 0\n", made(3, {{0, 1, 1}, {1, 2, 1}, {2, 0, 1}}));
  expect_read("g.csv", "i,j\n3,2\n2,1\n1,0\n", made(4, {{3, 2, 1}, {2, 1, 1}, {1, 0, 1}}));
}

TEST_F(GraphFormats, RefuseWhatIsSaidTwiceOrNotUnderstoodInText) {
  expect_refused("g.txt", "0 1\nN 2\nN 3\n", "g.txt:3: N is already given");
  expect_refused("g.txt", "0 1\nN 0\n", "N = 0 is no number of sites");
  expect_refused("g.txt", "0 1 1\nh 1 0.5\nh 0 1\nh 1 -0.5\n",
                 "g.txt:4: the local field of site 1");
  expect_refused("g.txt", "0 1 1\nK 0 1 2 3 .5\nK 3 2 1 0 .5\nN 4\n",
                 "plaquette 0 1 2 3 is there twice");
  expect_refused("g.csv", "i,j,i\n0,1,2\n", "\"i\" and \"i\" are the same");
  expect_refused("g.csv", "source,target,Type,weight\n0,1,u,2\n", "column \"Type\"");
  expect_read("g.csv", "Source;Target;Weight\n0;1;2\n", made(2, {{0, 1, 2}}));
  expect_refused("g.csv", "node1,node2\n0,1\n", "g.csv:1: column \"node1\" is none of i, j, J");
  expect_refused("g.csv", "weight,target\n0,1\n", "there is no column i");
  expect_refused("g.txt", "0,,1\n", "g.txt:1: column 2 is empty");
  expect_refused("g.csv", "i,j,J\n0,1,\n", "g.csv:2: column 3 is empty");
  expect_refused("g.txt", "0 1 1e999\n", "does not fit a double");
  expect_refused("g.txt", "0 1 +-1\n", "is not a number");
  expect_refused("g.txt", "0.0 1.0 2\n", "np.savetxt");
  expect_refused("g.txt", "0 1 {'weight': 1}\n", "is no bond");
}

TEST_F(GraphFormats, NameBytesThatAreNoText) {
  using namespace std::string_literals;
  expect_refused("g.txt", "\xFF\xFE"s + "0\0 \0"s + "1\0"s, "is text in UTF-16");
  expect_refused("g.json", "\xFE\xFF\0{\0}"s, "is text in UTF-16");
  expect_refused("g.csv", "\xFF\xFE\0\0"s, "is text in UTF-32");
  expect_refused("g.txt", "0\0 \0"s, "UTF-16 without a byte order mark");
  expect_refused("g.sg", "\x1F\x8B\x08"s, "is compressed (gzip)");
  expect_refused("g.txt", "0 1\r1 2\r"s, "line 1 ends with a carriage return alone");
  expect_refused("g.txt", "\x93NUMPY\x01"s, "is a NumPy array");
  const Graph one = made(2, {{0, 1, 2}});
  expect_read("g.json", "\xEF\xBB\xBF{\"bonds\":[[0,1,2]]}", one);
  expect_read("g.sg",
              "\xEF\xBB\xBF"
              "2 1\r\n1 2 2\r\n",
              one);
}

TEST_F(GraphFormats, RefuseUnknownKeysAndDoubledOnesInJson) {
  const std::string bonds = R"("bonds":[[0,1,1],[1,2,1]])";
  for (const auto& [key, name] :
       std::vector<std::pair<std::string, std::string>>{{"h", "field"},
                                                        {"fields", "field"},
                                                        {"biases", "field"},
                                                        {"feild", "field"},
                                                        {"n", "N"},
                                                        {"offset", ""},
                                                        {"plaquets", "plaquettes"}}) {
    const std::string message = refusal("g.json", "{" + bonds + ",\"" + key + "\":[1,1,1]}");
    expect_part(message, "unknown key \"" + key + "\"");
    expect_part(message, name.empty() ? "" : "\"" + name + "\"");
  }
  expect_refused("g.json", "{" + bonds + "," + bonds + "}", "the key \"bonds\" twice");
  expect_refused("g.json", "{" + bonds + R"(,"J":[[0,1],[1,0]]})", "leave one of them out");
  expect_refused("g.json", R"({"bonds":[[0,1,1],[1,2]]})", "bonds[1]: bond 1 2 has no coupling");
  expect_refused("g.json", "{" + bonds + R"(,"field":[1,1]})",
                 "field has 2 entries and bonds touch sites 0 to 2");
  expect_refused("g.json", "{" + bonds + R"(,"N":3,"field":[1,1]})", "field has 2 entries for 3");
  expect_refused("g.json", "{" + bonds + R"(,"dims":[2,2]})", "extents 2x2 do not make 3 sites");
  expect_refused("g.json", "{" + bonds + R"(,"dims":3})", "is not a list");
  expect_refused("g.json", R"({"bonds":[[0,1,1e999]]})", "is no JSON");
  expect_refused("g.json", R"({"bonds":[[0,18446744073709551615,1]]})", "is not an integer");
  expect_refused("g.json", std::string(100000, '['), "brackets within each other");
  std::string deep;
  for (int k = 0; k < 100000; ++k) deep += "{\"a\":";
  expect_refused("g.json", deep, "brackets within each other");
  expect_refused("g.json", R"({"nodes":[],"adjacency":[]})", "adjacency");
}

TEST_F(GraphFormats, RefuseSitesByTheMillionWithoutABond) {
  expect_refused("own.col", "p edge 214748364 2\ne 2 3\ne 1 3\n",
                 "214748364 sites, of which at most 4 are in a bond");
  expect_refused("g.csv", "i,j,J\n0,1,1\n1,90000000,1\n", "leave out those without a bond");
}

}  // namespace
}  // namespace nmc::archive
