#include "samplers/cluster/label_bonds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "samplers/cluster/cluster_random.hpp"

namespace nmc {

LabelBonds::LabelBonds(const PairLabels& target)
    : graph_(target.graph()), coupling_(target.coupling()), beta_(target.beta()) {
  require(graph_.sites < std::numeric_limits<std::int32_t>::max(),
          "clusters number sites by 32 bits, and " + std::to_string(graph_.sites) +
              " are too many: use metropolis or heat_bath");
  list_neighbours();
  fill_table();
  // e is c0 − c1 δ(a, b) and v likewise: energies of equal neighbours by c1.
  const double c1 = coupling_.e(0, 1) - coupling_.e(0, 0);
  const auto is_not_negative = [](double x) { return x >= 0; };
  const bool has_one_favourite =
      std::ranges::all_of(coupling_.single.begin() + 1, coupling_.single.end(),
                          [&](double v) { return v == coupling_.v(1) && v >= coupling_.v(0); });
  is_random_cluster_ = coupling_.is_permutable && c1 >= 0 &&
                       std::ranges::all_of(J_, is_not_negative) &&
                       (graph_.field.empty() ||
                        (has_one_favourite && std::ranges::all_of(graph_.field, is_not_negative)));
  if (!is_random_cluster_) return;
  for (const double J : J_) equals_.push_back(threshold_of(-std::expm1(-beta_ * J * c1)));
}

void LabelBonds::list_neighbours() {
  const Adjacency all = adjacency(graph_);
  std::map<double, Index> kinds;
  for (std::size_t i = 0; i < static_cast<std::size_t>(graph_.sites); ++i) {
    first_.push_back(neighbour_.size());
    middle_.push_back(neighbour_.size());
    for (auto n = static_cast<std::size_t>(all.first[i]);
         n < static_cast<std::size_t>(all.first[i + 1]); ++n) {
      if (all.J[n] == 0) continue;
      neighbour_.push_back(static_cast<std::uint32_t>(all.neighbour[n]));
      J_.push_back(all.J[n]);
      kind_.push_back(kinds.try_emplace(all.J[n], std::ssize(kinds)).first->second);
      if (neighbour_.back() < i) middle_.back() = neighbour_.size();
    }
  }
  first_.push_back(neighbour_.size());
}

void LabelBonds::fill_table() {
  constexpr Index kMostWords = 1 << 15;  // a quarter of a megabyte
  const Index q = coupling_.states;
  const Index kinds = kind_.empty() ? 0 : 1 + *std::ranges::max_element(kind_);
  if (kinds > kMostWords / (q * q * q)) return;
  std::vector<std::uint64_t> table;
  for (Index kind = 0; kind < kinds; ++kind) {
    const auto n = static_cast<std::size_t>(std::ranges::find(kind_, kind) - kind_.begin());
    for (Index k = 0; k < q * q * q; ++k)
      table.push_back(worked_out(n, k / (q * q), k / q % q, k % q));
  }
  table_ = std::move(table);
}

std::uint64_t LabelBonds::worked_out(std::size_t n, Index a, Index image, Index b) const {
  const double cost = J_[n] * (coupling_.e(image, b) - coupling_.e(a, b));
  return cost > 0 ? threshold_of(-std::expm1(-beta_ * cost)) : 0;
}

}  // namespace nmc
