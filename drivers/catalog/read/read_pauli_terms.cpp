#include "drivers/catalog/read/read_pauli_terms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

#include "core/errors.hpp"

namespace nmc::catalog {
namespace {

struct TermLine {
  std::string where;
  double coefficient = 0;
  std::string letters{};
  std::vector<Index> sites{};
};

template <class Number>
bool reads_all(const char* first, const std::string& word, Number& number) {
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(first, end, number);
  return error == std::errc{} && stop == end && first != end;
}

TermLine read_term(std::istringstream& words, const std::string& first, const std::string& where) {
  TermLine term{where};
  const char* const number = first.data() + (first.front() == '+' ? 1 : 0);
  require(reads_all(number, first, term.coefficient),
          fmt::format("{}: \"{}\" is no coefficient; a line is one, and then Pauli matrices with "
                      "their sites: -0.5 X0 X1 Z4",
                      where, first));
  for (std::string word; words >> word;) {
    Index site = -1;
    const bool is_pauli = std::string("XYZ").find(word.front()) != std::string::npos;
    require(is_pauli && reads_all(word.data() + 1, word, site) && site >= 0,
            fmt::format("{}: \"{}\" is no Pauli matrix with its site, such as X0, Y1 or Z12", where,
                        word));
    term.letters += word.front();
    term.sites.push_back(site);
  }
  return term;
}

}  // namespace

PauliSum read_pauli_terms(const std::string& path, Index sites) {
  std::ifstream file(path);
  require(file.good(), fmt::format("cannot read the terms in {}", path));
  std::vector<TermLine> terms;
  Index largest = -1;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string first;
    if (!(words >> first)) continue;
    terms.push_back(read_term(words, first, fmt::format("{}:{}", path, number)));
    for (const Index site : terms.back().sites) largest = std::max(largest, site);
  }
  require(!terms.empty(), fmt::format("{} lists no terms: one a line, -0.5 X0 X1 Z4", path));
  constexpr Index kMostSpins = 1000000;
  require(largest < kMostSpins, fmt::format("{} names site {}: more than {} spins are not taken",
                                            path, largest, kMostSpins));
  PauliSum H(sites > 0 ? sites : std::max<Index>(1, largest + 1));
  for (const TermLine& term : terms) {
    try {
      H.add(term.coefficient, term.letters, term.sites);
    } catch (const UserError& error) {
      throw UserError(fmt::format("{}: {}", term.where, error.what()));
    }
  }
  return H;
}

}  // namespace nmc::catalog
