#include "samplers/local/label_tables.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "samplers/local/label_rule.hpp"

namespace nmc {
namespace {

// Of one kind and of all together: half a megabyte, and two.
constexpr double kMostWords = 1 << 16, kMostWordsInAll = 1 << 18;

}  // namespace

LabelTables::LabelTables(const PairLabels& target, LocalRule rule)
    : coupling_(target.coupling()), beta_(target.beta()), rule_(rule) {
  const Graph& graph = target.graph();
  const Adjacency all = adjacency(graph);
  std::map<std::pair<std::vector<double>, double>, std::uint32_t> known;
  for (std::size_t i = 0; i < static_cast<std::size_t>(graph.sites); ++i) {
    std::vector<std::pair<double, std::uint32_t>> neighbours;
    for (auto n = static_cast<std::size_t>(all.first[i]);
         n < static_cast<std::size_t>(all.first[i + 1]); ++n)
      if (all.J[n] != 0)
        neighbours.emplace_back(all.J[n], static_cast<std::uint32_t>(all.neighbour[n]));
    std::ranges::sort(neighbours);
    std::vector<double> J;
    for (const auto& [coupling, site] : neighbours) {
      J.push_back(coupling);
      neighbour_.push_back(site);
    }
    first_.push_back(neighbour_.size());
    const double h = graph.field.empty() ? 0 : graph.field[i];
    const auto next = static_cast<std::uint32_t>(kinds_.size());
    const auto [at, is_new] = known.try_emplace({J, h}, next);
    if (is_new) kinds_.push_back({std::move(J), h, {}});
    kind_.push_back(at->second);
  }
  fill_tables();
}

std::size_t LabelTables::stride() const {
  const auto q = static_cast<std::size_t>(coupling_.states);
  return rule_ == LocalRule::metropolis ? q * (q - 1) : q - 1;
}

void LabelTables::fill_tables() {
  const auto q = static_cast<std::size_t>(coupling_.states);
  double left = kMostWordsInAll;
  for (Kind& kind : kinds_) {
    const double words = static_cast<double>(stride()) *
                         std::pow(static_cast<double>(q), static_cast<double>(kind.J.size()));
    if (words > std::min(left, kMostWords)) continue;
    left -= words;
    kind.table.resize(static_cast<std::size_t>(words));
    std::vector<std::uint8_t> others(kind.J.size(), 0);
    std::vector<double> energies(q);
    for (std::size_t at = 0; at < kind.table.size(); at += stride()) {
      fill_energies(kind, others.data(), energies);
      for (std::size_t k = 0; k * (q - 1) < stride(); ++k)
        fill_row(energies, static_cast<Index>(k), kind.table.data() + at + k * (q - 1));
      // The next arrangement, the last neighbour's label first.
      for (std::size_t n = others.size(); n-- > 0;) {
        if (++others[n] < q) break;
        others[n] = 0;
      }
    }
  }
}

void LabelTables::fill_energies(const Kind& kind, const std::uint8_t* others,
                                std::vector<double>& E) const {
  E.assign(static_cast<std::size_t>(coupling_.states), 0);
  for (std::size_t n = 0; n < kind.J.size(); ++n)
    for (std::size_t a = 0; a < E.size(); ++a)
      E[a] += kind.J[n] * coupling_.e(static_cast<Index>(a), others[n]);
  if (kind.h == 0) return;
  for (std::size_t a = 0; a < E.size(); ++a) E[a] += kind.h * coupling_.v(static_cast<Index>(a));
}

void LabelTables::fill_row(std::span<const double> energies, Index current,
                           std::uint64_t* row) const {
  const std::size_t others = energies.size() - 1;
  if (rule_ == LocalRule::heat_bath) return label_thresholds(beta_, energies, {row, others});
  const auto own = static_cast<std::size_t>(current);
  for (std::size_t c = 0; c < others; ++c)
    row[c] = label_acceptance(beta_, energies[c + (c >= own ? 1 : 0)] - energies[own]);
}

std::size_t LabelTables::pattern(const std::uint8_t* s, std::size_t site) const {
  const auto q = static_cast<std::size_t>(coupling_.states);
  std::size_t number = 0;
  for (std::size_t n = first_[site]; n < first_[site + 1]; ++n)
    number = number * q + s[neighbour_[n]];
  return number;
}

std::span<const std::uint64_t> LabelTables::row(const std::uint8_t* s, std::size_t site,
                                                std::vector<std::uint64_t>& scratch) const {
  const Kind& kind = kinds_[kind_[site]];
  const auto others = static_cast<std::size_t>(coupling_.states) - 1;
  const std::size_t own = rule_ == LocalRule::metropolis ? s[site] * others : 0;
  if (!kind.table.empty()) return {kind.table.data() + pattern(s, site) * stride() + own, others};
  std::vector<std::uint8_t> labels;
  for (std::size_t n = first_[site]; n < first_[site + 1]; ++n) labels.push_back(s[neighbour_[n]]);
  std::vector<double> energies;
  fill_energies(kind, labels.data(), energies);
  scratch.resize(others);
  fill_row(energies, s[site], scratch.data());
  return scratch;
}

bool LabelTables::is_complete() const {
  return std::ranges::none_of(kinds_, [](const Kind& kind) { return kind.table.empty(); });
}

template <int kDegree>
void LabelTables::sweep_alike(std::span<const std::uint32_t> order, Xoshiro& random,
                              std::uint8_t* s) const {
  const auto q = static_cast<std::size_t>(coupling_.states);
  const std::uint64_t* const table = kinds_.front().table.data();
  const bool is_metropolis = rule_ == LocalRule::metropolis;
  for (const std::uint32_t site : order) {
    const std::uint32_t* const near = neighbour_.data() + std::size_t{kDegree} * site;
    std::size_t number = 0;
    for (int n = 0; n < kDegree; ++n) number = number * q + s[near[n]];
    const std::uint64_t word = random.next();
    if (is_metropolis) {
      const std::size_t own = s[site];
      const auto [label, decision] =
          propose_label(word, static_cast<Index>(q), static_cast<Index>(own));
      const auto next = static_cast<std::size_t>(label);
      const std::size_t other = next - static_cast<std::size_t>(next > own);
      const bool is_taken = decision < table[(number * q + own) * (q - 1) + other];
      s[site] = static_cast<std::uint8_t>(is_taken ? next : own);
    } else {
      s[site] = static_cast<std::uint8_t>(draw_label(word, {table + number * (q - 1), q - 1}));
    }
  }
}

void LabelTables::sweep_any(std::span<const std::uint32_t> order, Xoshiro& random,
                            std::uint8_t* s) const {
  std::vector<std::uint64_t> scratch;
  for (const std::uint32_t site : order) {
    const auto words = row(s, site, scratch);
    const std::uint64_t word = random.next();
    if (rule_ == LocalRule::heat_bath) {
      s[site] = static_cast<std::uint8_t>(draw_label(word, words));
      continue;
    }
    const auto next = propose_label(word, coupling_.states, s[site]);
    const Index other = next.label - static_cast<Index>(next.label > s[site]);
    if (next.word < words[static_cast<std::size_t>(other)])
      s[site] = static_cast<std::uint8_t>(next.label);
  }
}

void LabelTables::sweep(std::span<const std::uint32_t> order, Xoshiro& random,
                        std::uint8_t* s) const {
  const bool is_alike = kinds_.size() == 1 && is_complete();
  const std::size_t degree = is_alike ? kinds_.front().J.size() : 0;
  if (degree == 2) return sweep_alike<2>(order, random, s);
  if (degree == 3) return sweep_alike<3>(order, random, s);
  if (degree == 4) return sweep_alike<4>(order, random, s);
  if (degree == 6) return sweep_alike<6>(order, random, s);
  sweep_any(order, random, s);
}

}  // namespace nmc
