#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/archive/graphs/formats.hpp"
#include "core/archive/graphs/reader.hpp"
#include "core/errors.hpp"
#include "tests/core/archive/scratch.hpp"
#include "tests/support/paths.hpp"

/// What the tests of graph files share.
namespace nmc::archive {

inline std::string sample(const std::string& name) {
  return tests::test_data() + "/graphs/" + name;
}

inline void expect_graph(const Graph& got, const Graph& expected, const std::string& what) {
  EXPECT_EQ(got.sites, expected.sites) << what;
  ASSERT_EQ(got.bonds.size(), expected.bonds.size()) << what;
  for (std::size_t b = 0; b < got.bonds.size(); ++b) {
    EXPECT_EQ(got.bonds[b].i, expected.bonds[b].i) << what;
    EXPECT_EQ(got.bonds[b].j, expected.bonds[b].j) << what;
    EXPECT_EQ(got.bonds[b].J, expected.bonds[b].J) << what;
  }
  std::vector<double> field = got.field, wanted = expected.field;
  field.resize(got.sites, 0);
  wanted.resize(got.sites, 0);
  EXPECT_EQ(field, wanted) << what;
}

inline Graph made(Index sites, std::vector<Bond> bonds, std::vector<double> field = {}) {
  Graph graph;
  graph.sites = sites;
  graph.bonds = std::move(bonds);
  graph.field = std::move(field);
  return graph;
}

class GraphFormats : public ::testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) {
    write_text_file(scratch_.file(name), text);
    return scratch_.file(name);
  }
  void expect_read(const std::string& name, const std::string& text, const Graph& expected,
                   const GraphQuery& query = {}) {
    expect_graph(read_graph_file(write(name, text), query).graph, expected, text);
  }
  std::string refusal(const std::string& name, const std::string& text,
                      const GraphQuery& query = {}) {
    const std::string path = write(name, text);
    return message_of<UserError>([&] { (void)read_graph_file(path, query); });
  }
  void expect_refused(const std::string& name, const std::string& text, const std::string& part,
                      const GraphQuery& query = {}) {
    expect_part(refusal(name, text, query), part);
  }
  Scratch scratch_;
};

}  // namespace nmc::archive
