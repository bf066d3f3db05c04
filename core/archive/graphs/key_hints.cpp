#include "core/archive/graphs/key_hints.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/options/did_you_mean.hpp"

namespace nmc::archive {
namespace {

/// What others call it, by our name.
struct Synonyms {
  const char* name;
  const char* what;
  std::vector<std::string> words;
};

const std::vector<Synonyms>& synonyms() {
  static const std::vector<Synonyms> list{
      {"field",
       "local fields are called",
       {"h", "H", "hs", "h_i", "fields", "local_field", "local_fields", "bias", "biases", "linear",
        "magnetic_field", "external_field", "B"}},
      {"bonds",
       "bonds [i, j, J] are called",
       {"edges", "edge", "links", "couplings", "interactions", "quadratic", "pairs", "Jij",
        "J_ij"}},
      {"J", "couplings are called", {"weight", "weights", "couplings", "coupling", "Jij", "J_ij"}},
      {"N",
       "the number of sites is called",
       {"n", "L", "sites", "n_sites", "num_sites", "num_spins", "num_variables", "nodes", "size"}},
      {"dims", "the extents of a lattice are called", {"extents", "shape", "lattice", "L"}},
      {"plaquettes", "four-spin terms [i, j, k, l, K] are called", {"K", "four_spin", "squares"}}};
  return list;
}

}  // namespace

std::string graph_name_hint(const std::string& word, const std::vector<std::string>& names) {
  for (const Synonyms& entry : synonyms())
    if (std::ranges::find(entry.words, word) != entry.words.end() &&
        std::ranges::find(names, entry.name) != names.end())
      return fmt::format("; {} \"{}\"", entry.what, entry.name);
  return did_you_mean(word, names);
}

}  // namespace nmc::archive
