#include "drivers/rg/rg_draws.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "drivers/sample/classical_draws.hpp"
#include "physics/renormalisation/block_operators.hpp"

namespace nmc::drivers::rg {
namespace {

constexpr Index kChains = 256, kChunk = 64;
// Lattices narrower than this wrap the operators around themselves.
constexpr Index kNarrowest = 8;
// Draws of each chain of which single spins are kept, and sites of each lattice.
constexpr Index kFieldDraws = 20, kFieldSites = 16, kKeptDraws = 8;

/// Takes configurations as they come.
class Blocker {
 public:
  Blocker(const Request& request, Index L, Index draws, const Threads& threads)
      : request_(request), draws_(draws), threads_(threads) {
    for (Index side = L; side >= kNarrowest; side /= 2) {
      sides_.push_back(side);
      result_.even.emplace_back(kChains * draws, std::ssize(even_operators()));
      result_.odd.emplace_back(kChains * draws, std::ssize(odd_operators()));
      const Index rows = kChains * std::min(draws, kFieldDraws) * kFieldSites;
      result_.spins.emplace_back(rows);
      result_.fields.emplace_back(rows, std::ssize(even_operators()));
      if (side % 2 != 0) break;
    }
    result_.last.resize(kChains * std::min(draws, kKeptDraws), L * L);
  }

  void add(Index draw, const Batch& s) {
    threads_.for_each(kChains / kChunk, [&](Index chunk) {
      add_chunk(draw, chunk * kChunk, s.middleRows(chunk * kChunk, kChunk));
    });
  }
  [[nodiscard]] BlockedDraws take() { return std::move(result_); }

 private:
  void add_chunk(Index draw, Index first, Batch s) {
    if (draw < kKeptDraws)
      for (Index c = 0; c < kChunk; ++c) result_.last.row(draw * kChains + first + c) = s.row(c);
    for (std::size_t level = 0; level < sides_.size(); ++level) {
      if (level > 0)
        s = block_spins(request_.rule, s, sides_[level - 1], streams(draw, first, level));
      const Batch even = operator_sums(even_operators(), s, sides_[level]);
      const Batch odd = operator_sums(odd_operators(), s, sides_[level]);
      for (Index c = 0; c < kChunk; ++c) {
        result_.even[level].row((first + c) * draws_ + draw) = even.row(c);
        result_.odd[level].row((first + c) * draws_ + draw) = odd.row(c);
      }
      if (draw < kFieldDraws) add_fields(draw, first, s, level);
    }
  }

  // Sites far from one another, so that few spins are in each other's fields.
  void add_fields(Index draw, Index first, const Batch& s, std::size_t level) {
    const Index side = sides_[level], step = std::max<Index>(1, side * side / kFieldSites);
    for (Index k = 0; k < kFieldSites; ++k) {
      const Index site = (k * step + draw) % (side * side);
      const Index row = (draw * kFieldSites + k) * kChains + first;
      result_.spins[level].segment(row, kChunk) = s.col(site);
      result_.fields[level].middleRows(row, kChunk) = local_fields(even_operators(), s, side, site);
    }
  }

  [[nodiscard]] Streams streams(Index draw, Index first, std::size_t level) const {
    return Streams{request_.seed, static_cast<std::uint64_t>(draw) * 64 + level,
                   static_cast<std::uint32_t>(first), Purpose::flip}
        .nested();
  }

  const Request& request_;
  Index draws_;
  const Threads& threads_;
  std::vector<Index> sides_;
  BlockedDraws result_;
};

}  // namespace

BlockedDraws blocked_draws(const System& system, Index L, const Request& request,
                           const Threads& threads) {
  const Index count = (request.draws + kChains - 1) / kChains;
  Blocker blocker(request, L, count, threads);
  const std::string sampler =
      each_classical_draw(system, {kChains, count, request.seed}, threads,
                          [&](Index draw, const Batch& s) { blocker.add(draw, s); });
  BlockedDraws draws = blocker.take();
  draws.sampler = sampler;
  draws.chains = kChains;
  return draws;
}

}  // namespace nmc::drivers::rg
