#include "samplers/wave/swap_chains.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "core/errors.hpp"
#include "samplers/wave/wave_metropolis.hpp"

namespace nmc {
namespace {

Column below(const Column& u, const Column& acceptance) {
  return (u < acceptance).cast<double>();
}

std::vector<Index> sites_from(Index first, Index last) {
  std::vector<Index> sites(static_cast<std::size_t>(last - first));
  std::iota(sites.begin(), sites.end(), first);
  return sites;
}

/// |ψ'/ψ| of these spins turned over; 1 of none.
Column size_of_ratio(const WaveChains& walker, std::span<const Index> flips) {
  if (flips.empty()) return Column::Ones(walker.spins(0).size());
  const Amplitudes ratio = walker.ratios(flips);
  return ratio.im.size() == 0 ? Column(ratio.re.abs()) : Column(ratio.squares().sqrt());
}

Column phase_of(const Amplitudes& z) {
  const Column im = z.im.size() == 0 ? Column(Column::Zero(z.re.size())) : z.im;
  return im.binaryExpr(z.re, [](double y, double x) { return std::atan2(y, x); });
}

void turn_over(WaveChains& walker, std::span<const Index> flips, const Column& taken) {
  if (!flips.empty()) walker.flip(flips, taken);
}

Batch random_spins(const Streams& streams, Index chains, Index sites) {
  Batch u(chains, sites);
  fill_uniform(streams, u);
  return (u < 0.5).select(Batch::Ones(chains, sites), -1.0);
}

}  // namespace

SwapChains::SwapChains(const WaveFunction& psi, Index cut, const Streams& streams, Index chains)
    : psi_(psi),
      cut_(cut),
      s_(random_spins(streams.with(Purpose::init), chains, psi.sites())),
      t_(random_spins(streams.with(Purpose::swap), chains, psi.sites())) {
  require(cut >= 0 && cut <= psi.sites(),
          fmt::format("{} of {} spins cannot be exchanged", cut, psi.sites()));
}

SwapChains::Walkers SwapChains::walkers() const {
  Batch u = s_, v = t_;
  u.leftCols(cut_) = t_.leftCols(cut_);
  v.leftCols(cut_) = s_.leftCols(cut_);
  return {psi_.chains(s_), psi_.chains(t_), psi_.chains(u), psi_.chains(v)};
}

// A spin of s before the cut is one of v too, and one behind it one of u.
Column SwapChains::sweep(const Streams& streams) {
  const Index n = psi_.sites(), rows = s_.rows();
  Batch uniforms(rows, 2 * n + 2);
  fill_uniform(streams.with(Purpose::accept), uniforms);
  const Walkers at = walkers();
  Column sum = Column::Zero(rows);
  for (const bool is_second : {false, true}) {
    WaveChains& own = is_second ? *at.t : *at.s;
    WaveChains& before = is_second ? *at.u : *at.v;
    WaveChains& behind = is_second ? *at.v : *at.u;
    for (Index site = 0; site < n; ++site) {
      WaveChains& other = site < cut_ ? before : behind;
      const std::span<const Index> flips(&site, 1);
      const Column acceptance =
          flip_acceptance(size_of_ratio(own, flips) * size_of_ratio(other, flips));
      const Column taken = below(uniforms.col(site + (is_second ? n : 0)), acceptance);
      own.flip(flips, taken);
      other.flip(flips, taken);
      sum += acceptance;
    }
    const std::vector<Index> head = sites_from(0, cut_), tail = sites_from(cut_, n),
                             all = sites_from(0, n);
    const Column ratio =
        size_of_ratio(own, all) * size_of_ratio(before, head) * size_of_ratio(behind, tail);
    const Column taken =
        below(uniforms.col(2 * n + (is_second ? 1 : 0)), inversion_acceptance(ratio));
    own.flip(all, taken);
    turn_over(before, head, taken);
    turn_over(behind, tail, taken);
  }
  s_ = at.s->configurations();
  t_ = at.t->configurations();
  return sum / static_cast<double>(2 * n);
}

// Site by site u takes the spin of s', and v that of s: both are turned over where these differ.
SwapLogs swap_logs(const WaveFunction& psi, const Batch& s, const Batch& t, Index most) {
  const bool has_phase = !psi.is_positive();
  SwapLogs logs{Batch::Zero(s.rows(), most + 1),
                Batch::Zero(has_phase ? s.rows() : 0, has_phase ? most + 1 : 0)};
  const auto u = psi.chains(s), v = psi.chains(t);
  for (Index site = 0; site < most; ++site) {
    const std::span<const Index> flips(&site, 1);
    const Column differs = (s.col(site) != t.col(site)).cast<double>();
    const Amplitudes of_u = u->ratios(flips), of_v = v->ratios(flips);
    const Column size = (of_u.squares() * of_v.squares()).sqrt();
    logs.log_abs.col(site + 1) = logs.log_abs.col(site) + (differs > 0).select(size.log(), 0.0);
    if (has_phase) {
      logs.phases.col(site + 1) =
          logs.phases.col(site) + (differs > 0).select(phase_of(of_u) + phase_of(of_v), 0.0);
    }
    u->flip(flips, differs);
    v->flip(flips, differs);
  }
  return logs;
}

}  // namespace nmc
