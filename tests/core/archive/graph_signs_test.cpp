#include <cmath>
#include <tuple>

#include "tests/core/archive/graph_files.hpp"

namespace nmc::archive {
namespace {

TEST_F(GraphFormats, TakeDimodsSign) {
  const Graph expected = made(3, {{0, 1, -1}, {1, 2, 2}}, {0.25, 0, -3});
  const std::string head =
      R"({"type":"BinaryQuadraticModel","version":{"bqm_schema":"3.0.0"},"use_bytes":false,)"
      R"("index_type":"uint16","bias_type":"float64","num_variables":3,"num_interactions":2,)"
      R"("variable_labels":["a","b","c"],"variable_type":"SPIN","offset":0.0,"info":{},)";
  const std::string arrays =
      R"("linear_biases":[-0.25,0,3],"quadratic_biases":[1,-2],"quadratic_head":[0,1],"quadratic_tail":[1,2]})";
  expect_read("b.json", head + arrays, expected);
  expect_read(
      "t.json",
      R"({"version":"1.0.0","id":7,"metadata":{},"variable_ids":[4,7,9],"variable_domain":)"
      R"("spin","scale":0.5,"offset":0,"linear_terms":[{"id":4,"coeff":-0.5},{"id":9,"coeff":6}],)"
      R"("quadratic_terms":[{"id_head":4,"id_tail":7,"coeff":2},{"id_head":7,"id_tail":9,"coeff":-4}]})",
      expected);
  expect_read("c.coo", "# vartype=SPIN\n0 0 -0.25\n2 2 3\n0 1 1\n1 2 -2\n", expected);
  expect_read("c.dat", "# a problem\n#vartype: SPIN\n0 0 -0.25\n2 2 3\n0 1 1\n1 2 -2\n", expected);
  expect_refused("c.coo", "0 1 1\n", "without a vartype");
  expect_refused("c.coo", "# vartype=SPIN\n0 0 1\n0 0 1\n0 1 1\n",
                 "c.coo:3: the local field of site 0");
  expect_refused("c.coo", "# vartype=SPIN\n0 1\n", "is no term");
  expect_refused("b.json", head + R"("surprise":1,)" + arrays, "unknown key \"surprise\"");
  expect_refused("t.json",
                 R"({"variable_type":"SPIN","offset":2,"quadratic_terms":)"
                 R"([{"id_head":0,"id_tail":1,"coeff":2}]})",
                 "the constant 2");
  expect_refused("t.json", R"({"variable_type":"SPIN","linear_terms":[{"id":0,"coeff":1,"h":2}]})",
                 "unknown key \"h\"");
}

/// The energies of all states of bits, of the model as written and of the graph.
TEST_F(GraphFormats, TurnBitsIntoSpinsWithTheirConstant) {
  const std::string text = "# vartype=BINARY\n0 0 1\n1 1 -3\n3 3 0.5\n0 1 2\n1 2 -1.5\n0 3 4\n";
  const GraphFile file = read_graph_file(write("b.coo", text), {.takes_constant = true});
  for (int state = 0; state < 16; ++state) {
    const auto x = [state](int i) { return static_cast<double>(state >> i & 1); };
    const auto s = [&](Index i) { return 2 * x(static_cast<int>(i)) - 1; };
    const double wanted =
        x(0) - 3 * x(1) + 0.5 * x(3) + 2 * x(0) * x(1) - 1.5 * x(1) * x(2) + 4 * x(0) * x(3);
    double energy = file.constant;
    for (const auto& [i, j, J] : file.graph.bonds) energy -= J * s(i) * s(j);
    for (Index i = 0; i < 4; ++i) energy -= file.graph.field[i] * s(i);
    EXPECT_EQ(energy, wanted);  // all numbers are multiples of 1/8
  }
}

TEST_F(GraphFormats, OfNetworksAreReadOrRefusedByWhatIsWrong) {
  const Graph expected = made(3, {{0, 1, 1.5}, {2, 1, -1}}, {0, 0.5, 0});
  const std::string nodes = R"("nodes":[{"id":0},{"id":1,"field":0.5},{"id":2}])";
  const std::string ends =
      R"([{"source":0,"target":1,"weight":1.5},{"source":2,"target":1,"weight":-1}])";
  expect_read("n.json", "{" + nodes + ",\"links\":" + ends + "}", expected);
  expect_read(
      "n.json",
      "{\"directed\":false,\"graph\":{},\"multigraph\":false," + nodes + ",\"edges\":" + ends + "}",
      expected);
  expect_refused("n.json", "{\"directed\":true," + nodes + ",\"links\":" + ends + "}",
                 "is directed");
  expect_refused("n.json", R"({"nodes":[{"id":1},{"id":2}],"links":[]})", "numbered from 0");
  expect_refused("n.json",
                 R"({"nodes":[{"id":0},{"id":1}],"links":[{"source":0,"target":1,"w":1}]})",
                 "links[0]: unknown key \"w\"");
  expect_refused("n.json", R"({"nodes":[{"id":0},{"id":1}],"links":[{"source":0,"target":2}]})",
                 "is no node");
  const std::string keys =
      "<graphml><key id=\"d0\" for=\"edge\" attr.name=\"weight\" attr.type=\"double\"/>"
      "<key id=\"d1\" for=\"node\" attr.name=\"field\" attr.type=\"double\"/>";
  const std::string graph =
      "<graph edgedefault=\"undirected\"><node id=\"a\"/><node id=\"b\"><data "
      "key=\"d1\">0.5</data></node>"
      "<node id=\"c\"/><edge source=\"a\" target=\"b\"><data key=\"d0\">1.5</data></edge>"
      "<edge source=\"c\" target=\"b\">\n<data key=\"d0\"> -1 </data></edge></graph></graphml>";
  expect_read("g.graphml", keys + graph, expected);
  expect_read("g.xml", "<?xml version=\"1.0\"?>\n" + keys + graph, expected);
  expect_refused("g.graphml",
                 "<graphml><key id=\"d0\" attr.name=\"colour\"/><key id=\"d1\" for=\"node\" "
                 "attr.name=\"h\"/>" +
                     graph,
                 "\"colour\" are not understood");
  expect_read("g.graphml",
              "<graphml><key id=\"n\" for=\"node\" attr.name=\"name\"/><graph><node id=\"a\">"
              "<data key=\"n\">first</data></node><node id=\"b\"/><edge source=\"a\" target=\"b\"/>"
              "</graph></graphml>",
              made(2, {{0, 1, 1}}));
  expect_refused("g.graphml", "<graphml><graph edgedefault=\"directed\"></graph></graphml>",
                 "is directed");
  expect_refused("g.graphml", "<graphml>\n<graph>", "g.graphml:2: the XML is broken");
  std::string deep = "<graphml>";
  for (int k = 0; k < 100000; ++k) deep += "<graph>";
  expect_refused("g.graphml", deep, "the XML is broken");
  // Entities are not expanded: this one is a name.
  expect_read(
      "g.graphml",
      "<!DOCTYPE g [<!ENTITY a \"b\">]><graphml><graph><node id=\"&a;\"/></graph></graphml>",
      made(1, {}));
}

TEST_F(GraphFormats, OfMatricesTakeEveryPairOnce) {
  const Graph expected = made(3, {{1, 0, 0.5}, {2, 1, -1}});
  const std::string head = "%%MatrixMarket matrix coordinate real ";
  expect_read("m.mtx", head + "symmetric\n% remark, of own\n3 3 2\n2 1 0.5\n3 2 -1\n", expected);
  const Graph upper = made(3, {{0, 1, 0.5}, {1, 2, -1}});
  expect_read("m.mtx", head + "general\n3 3 4\n2 1 0.5\n1 2 .5\n3 2 -1\n2 3 -1\n", upper);
  expect_read("m.txt", "%%MatrixMarket matrix array real symmetric\n3 3\n0\n.5\n0\n0\n-1\n0\n",
              expected);
  expect_read("m.mtx", "%%MatrixMarket matrix coordinate pattern symmetric\n2 2 1\n2 1\n",
              made(2, {{1, 0, -3}}), {.J = -3});
  expect_refused("m.mtx", head + "general\n3 3 2\n2 1 0.5\n3 2 -1\n",
                 "m.mtx:3: entry 2 1 and entry 1 2 differ");
  expect_refused("m.mtx", head + "symmetric\n3 3 2\n2 2 0.5\n3 2 -1\n", "joins a site with itself");
  expect_refused("m.mtx", head + "symmetric\n3 3 3\n2 1 0.5\n3 2 -1\n",
                 "3 entries are announced and 2");
  expect_refused("m.mtx", head + "symmetric\n3 3 1\n1 2 0.5\n", "above the diagonal");
  expect_refused("m.mtx", head + "symmetric\n3 2 1\n2 1 0.5\n", "a square matrix");
  expect_refused("m.mtx", head + "skew-symmetric\n3 3 1\n2 1 0.5\n", "not skew-symmetric");
  expect_refused("m.mtx", "%%MatrixMarket matrix coordinate complex symmetric\n3 3 1\n2 1 1 1\n",
                 "not complex");
}

TEST_F(GraphFormats, ThatAreNotReadAreNamed) {
  for (const auto& [name, text, part] :
       std::vector<std::tuple<const char*, const char*, const char*>>{
           {"g.gml", "graph [ ]", "GML"},
           {"g.txt", "graph [\n node [ id 0 ] ]", "GML"},
           {"g.dot", "graph { a -- b }", "Graphviz DOT"},
           {"g.net", "*Vertices 2", "Pajek"},
           {"g.graph", "4 4\n2 4\n1 3\n", "METIS"},
           {"g.bq", "2 1\n1 2 1\n", "QUBO of the Biq Mac Library"},
           {"sg", "type: pm\nsize: 3\n", "Spin Glass Server"},
           {"g.gexf", "<gexf></gexf>", "GEXF"}}) {
    const std::string message = refusal(name, text);
    expect_part(message, part);
  }
  expect_refused("g.txt", "0 1\n", "unknown format \"rudi\"; did you mean \"rudy\"?",
                 {.format = "rudi"});
}

TEST_F(GraphFormats, RefuseCouplingsWhoseSquaresOverflow) {
  expect_read("g.txt", "0 1 1e149\n", made(2, {{0, 1, 1e149}}));
  expect_refused("g.txt", "0 1 1e151\n", "sum up to 1e+151 in magnitude");
  expect_refused("g.txt", "0 1 1\nh 0 -1e200\n", "sum up to 1e+200");
}

TEST_F(GraphFormats, HoldEveryDigitThereAndBack) {
  GraphFile file;
  file.graph = made(
      5,
      {{0, 1, 0.1}, {3, 1, -1.0 / 3}, {2, 3, 6.02214076e23}, {0, 4, 5e-324}, {4, 2, -0.1 - 1e-17}});
  file.extents = {5};
  GraphFile with_field = file;
  with_field.graph.field = {0, 1e-300, -0.7, 0, 1.0 / 7};
  GraphFile with_plaquettes = with_field;
  with_plaquettes.graph.plaquettes = {{{0, 1, 2, 3}, 0.3}, {{4, 1, 0, 2}, -1.0 / 9}};
  for (const GraphFormat& format : graph_formats()) {
    if (format.write == nullptr) continue;
    const GraphFile& given = format.holds_plaquettes ? with_plaquettes
                             : format.holds_fields   ? with_field
                                                     : file;
    const std::string path = scratch_.file(format.name + "_round.graph");
    write_graph_file(path, format.name, given);
    const GraphFile back = read_graph_file(path, {.format = format.name});
    Graph expected = given.graph;
    if (format.name == "matrix_market")
      for (Bond& bond : expected.bonds) std::tie(bond.j, bond.i) = std::minmax({bond.i, bond.j});
    expect_graph(back.graph, expected, format.name);
    EXPECT_EQ(back.graph.plaquettes.size(), given.graph.plaquettes.size());
    if (!format.holds_fields)
      expect_part(message_of<UserError>([&] { write_graph_file(path, format.name, with_field); }),
                  "cannot hold the local fields of 3 sites");
    if (!format.holds_plaquettes && format.holds_fields)
      expect_part(
          message_of<UserError>([&] { write_graph_file(path, format.name, with_plaquettes); }),
          "cannot hold the 2 four-spin terms");
  }
}

TEST_F(GraphFormats, RefuseFreeSitesThatTheyCannotSay) {
  GraphFile file;
  file.graph = made(4, {{0, 1, 1}});
  for (const char* name : {"csv", "coo"})
    expect_part(message_of<UserError>([&] { write_graph_file(scratch_.file("x"), name, file); }),
                "cannot hold sites without a bond");
}

}  // namespace
}  // namespace nmc::archive
