#include "drivers/catalog/read/read_patterns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <vector>

#include "core/errors.hpp"

namespace nmc::catalog {
namespace {

std::vector<double> read_row(std::string line, const std::string& where) {
  std::replace(line.begin(), line.end(), ',', ' ');
  std::istringstream words(line);
  std::vector<double> row;
  for (std::string word; words >> word;) {
    const bool is_up = word == "1" || word == "+1";
    require(
        is_up || word == "-1",
        fmt::format("{}: \"{}\" is neither +1 nor -1, of which patterns are made", where, word));
    row.push_back(is_up ? 1 : -1);
  }
  return row;
}

}  // namespace

Batch read_patterns(const std::string& path) {
  std::ifstream file(path);
  require(file.good(), fmt::format("cannot read the patterns in {}", path));
  std::vector<std::vector<double>> rows;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    const std::string where = fmt::format("{}:{}", path, number);
    std::vector<double> row = read_row(line.substr(0, line.find('#')), where);
    if (row.empty()) continue;
    require(rows.empty() || row.size() == rows.front().size(),
            fmt::format("{}: {} spins in a pattern; the first pattern has {}", where, row.size(),
                        rows.empty() ? 0 : rows.front().size()));
    rows.push_back(std::move(row));
  }
  require(!rows.empty(), fmt::format("{} lists no patterns: one a line, of +1 and -1", path));
  Batch patterns(std::ssize(rows), std::ssize(rows.front()));
  for (Index mu = 0; mu < patterns.rows(); ++mu)
    for (Index i = 0; i < patterns.cols(); ++i) patterns(mu, i) = rows[mu][i];
  return patterns;
}

}  // namespace nmc::catalog
