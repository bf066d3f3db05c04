#include <fmt/format.h>

#include <algorithm>

#include "tests/core/archive/graph_files.hpp"

namespace nmc::archive {
namespace {

TEST_F(GraphFormats, SayHowTablesOfOtherProgramsAreToBeWritten) {
  const auto says = [&](const char* name, const char* text, const char* part) {
    expect_refused(name, text, part);
  };
  const char* const no_index = "df.to_csv(FILE, index=False)";
  says("g.csv", ",i,j,J\n0,0,1,1.0\n", no_index);
  says("g.csv", "Unnamed: 0,i,j,J\n0,0,1,1.0\n", no_index);
  says("g.csv", "index,i,j,J\n0,0,1,1.0\n", no_index);
  says("g.csv", "\"\",\"i\",\"j\"\n1,0,1\n", "row.names = FALSE");
  const char* const point = "decimals need a point: 1.5, not 1,5";
  says("g.csv", "i;j;J\n0;1;1,5\n", point);
  says("g.csv", "i,j,J\n0,1,1,5\n", point);
  says("g.txt", "0 1 1,5\n", point);
  says("g.coo", "# vartype=SPIN\n0 1 1,5\n", point);
  says("g.sg", "2 1\n1 2 1,5\n", point);
  says("g.mtx", "%%MatrixMarket matrix coordinate real symmetric\n2 2 1\n2 1 1,5\n", point);
  says("g.txt", "0 1 1.5D0\n", "the exponent is written with E: 1.5E0");
  says("g.mtx", "%%MatrixMarket matrix coordinate real symmetric\n2 2 1\n2 1 1.5d0\n",
       "the exponent is written with E: 1.5E0");
}

TEST_F(GraphFormats, RefuseAFieldOfMoreOrFewerEntriesThanTheBondsHaveSites) {
  const auto field = [](const char* more, const char* entries) {
    return fmt::format(R"({{{}"bonds": [[0, 1, 1], [1, 2, 1]], "field": [{}]}})", more, entries);
  };
  const auto named = [&](const std::string& name, const std::string& text,
                         const GraphQuery& query = {}) {
    const std::string what = refusal(name, text, query);
    return what.substr(std::min(what.find(name), what.size()));  // without its directory
  };
  EXPECT_EQ(named("g.json", field("", "1, 2, 3, 4")),
            "g.json: field has 4 entries and bonds touch sites 0 to 2; set N = 4 if the sites "
            "beyond are free spins, or leave the entries out");
  EXPECT_EQ(named("g.json", field("", "1, 2")),
            "g.json: field has 2 entries and bonds touch sites 0 to 2; write one for each site, 0 "
            "where there is no field");
  EXPECT_EQ(named("g.json", field("\"N\": 3, ", "1, 2, 3, 4")),
            "g.json: field has 4 entries for 3 sites; write one for each, 0 where there is no "
            "field");
  EXPECT_EQ(named("g.json", R"({"bonds": [[0, 9223372036854775807]], "field": [1]})").substr(0, 30),
            "g.json: field has 1 entries an");
  EXPECT_EQ(named("g.json", R"({"bonds": [], "field": [1, 2]})"),
            "g.json: field has 2 entries and there are no bonds; set N = 2 if the sites beyond are "
            "free spins, or leave the entries out");
  EXPECT_NO_THROW((void)read_graph_file(write("g.json", field("\"N\": 4, ", "1, 2, 3, 4")), {}));
  EXPECT_NO_THROW((void)read_graph_file(write("g.json", field("", "1, 2, 3, 4")), {.sites = 4}));
  EXPECT_NO_THROW((void)read_graph_file(write("g.json", field("", "1, 2, 3")), {}));
  const std::string square = R"("plaquettes": [[0, 1, 2, 3, 1]], )";
  EXPECT_NO_THROW((void)read_graph_file(write("g.json", field(square.c_str(), "1, 2, 3, 4")), {}));
}

}  // namespace
}  // namespace nmc::archive
