#include <fmt/format.h>

#include "core/archive/graphs/lines.hpp"
#include "core/archive/graphs/readers.hpp"
#include "core/errors.hpp"

namespace nmc::archive {
namespace {

/// The word after "vartype=" or "vartype:" in a comment, as dimod.coo.load looks for it; ""
/// without.
std::string vartype_of(const GraphSource& source) {
  GraphLines lines(source, '\0');
  std::string found;
  while (lines.next()) {
    const std::string_view text = lines.text();
    const std::size_t at = text.find("vartype");
    if (!text.starts_with('#') || at == std::string_view::npos) continue;
    const std::size_t begin = text.find_first_not_of("=: \t", at + 7);
    const std::size_t end = text.find_first_of(" \t,;", begin);
    const std::string word(begin == std::string_view::npos ? "" : text.substr(begin, end - begin));
    if (!found.empty() && found != word)
      lines.fail(fmt::format("vartype {} after vartype {}; one of them is right", word, found));
    found = word;
  }
  return found;
}

}  // namespace

GraphEntries read_coo_graph(const GraphSource& source, const GraphQuery& query) {
  const std::string vartype = vartype_of(source);
  require(
      vartype == "SPIN" || vartype == "BINARY",
      fmt::format("{} is dimod COO {}; begin it with # vartype=SPIN or # vartype=BINARY",
                  source.path, vartype.empty() ? "without a vartype" : "of vartype " + vartype));
  GraphLines lines(source, '#');
  GraphEntries entries;
  entries.path = source.path;
  BondColumn bonds(entries, query.J);
  while (lines.next()) {
    const GraphLines::Words& words = lines.words();
    if (words.size() != 3)
      lines.fail(fmt::format("\"{:.60}\" is no term: write i j bias, with i = j for a linear one{}",
                             lines.text(), lines.comma_hint(3)));
    const Index i = lines.integer("i", words[0]), j = lines.integer("j", words[1]);
    const double bias = lines.real("bias", words[2]);
    if (i == j)
      entries.field.push_back({i, bias, lines.number()});
    else
      bonds.add(i, j, bias, lines.number());
  }
  to_hamiltonian(entries, vartype == "BINARY");
  return entries;
}

}  // namespace nmc::archive
