#include "core/archive/graphs/entries.hpp"

#include <fmt/format.h>

#include <map>

#include "core/errors.hpp"

namespace nmc::archive {

std::string GraphEntries::place(std::size_t bond) const {
  return lines.empty() ? fmt::format("{}: bonds[{}]", path, bond)
                       : fmt::format("{}:{}", path, lines[bond]);
}

void BondColumn::add(Index i, Index j, std::optional<double> J, Index line) {
  const bool is_first = entries_.bonds.empty();
  entries_.bonds.push_back({i, j, J.value_or(common_J_)});
  if (line > 0) entries_.lines.push_back(line);
  if (is_first) entries_.has_all_couplings = J.has_value();
  if (J.has_value() == entries_.has_all_couplings) return;
  const std::string first = entries_.place(0), here = entries_.place(entries_.bonds.size() - 1);
  throw UserError(fmt::format(
      "{}: bond {} {} has no coupling, and the one at {} has; give every bond its coupling, or "
      "none",
      J ? first : here, J ? entries_.bonds[0].i + entries_.first_site : i + entries_.first_site,
      J ? entries_.bonds[0].j + entries_.first_site : j + entries_.first_site, J ? here : first));
}

void to_hamiltonian(GraphEntries& entries, bool is_binary) {
  refuse_doubled_fields(entries);
  if (!is_binary) {
    for (Bond& bond : entries.bonds) bond.J = 0 - bond.J;
    for (LocalField& field : entries.field) field.h = 0 - field.h;
    return;
  }
  std::map<Index, double> h;  // of the spins, with the sign of the Hamiltonian
  for (const LocalField& field : entries.field) {
    h[field.site] -= field.h / 2;
    entries.constant += field.h / 2;
  }
  for (Bond& bond : entries.bonds) {
    h[bond.i] -= bond.J / 4;
    h[bond.j] -= bond.J / 4;
    entries.constant += bond.J / 4;
    bond.J = 0 - bond.J / 4;
  }
  entries.field.clear();
  for (const auto& [site, value] : h) entries.field.push_back({site, value});
}

}  // namespace nmc::archive
