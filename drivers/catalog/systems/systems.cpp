#include <array>
#include <utility>

#include "drivers/catalog/entries/system_entries.hpp"
#include "drivers/catalog/entries/tables.hpp"
#include "drivers/catalog/systems/momenta.hpp"

namespace nmc::catalog {

namespace {

/// Names and what they are, in the order of `nmc list observables`.
constexpr auto kObservables = std::to_array<std::pair<const char*, const char*>>({
    {"energy", "energy of the spins or labels (total); of a user's system, H"},
    {"energy2", "its square"},
    {"m", "magnetisation per site"},
    {"abs_m", "its absolute value; dual field: up to 1024 sites"},
    {"m_max", "(q max_a n_a / N - 1) / (q - 1) of the occupations n_a of q labels"},
    {"m2", "its square; dual field: improved estimators throughout"},
    {"m4", "its fourth power"},
    {"action", "E(x) of the dual field (total); S/V of phi^4"},
    {"phi2", "mean of phi^2 per site"},
    {"phi4", "mean of phi^4 per site"},
    {"identity", "mean 0: phi^4, S/V - 1/2 + lambda phi^4; xy, beta |grad H|^2 - lap H"},
    {"G_kmin", "|sum phi e^ikx|^2 / V of phi^4 at the smallest wave vector of a torus"},
    {"chi", "V <m2> of phi^4"},
    {"xi", "second-moment correlation length of phi^4, from m2 and G_kmin"},
    {"s_kmin", "structure factor at 2 pi / L on periodic lattices, |sum s e^ikx|^2 / N"},
    {"helicity_cos", "sum J cos(theta - theta') / N along the first direction, of xy"},
    {"helicity_sin2", "(sum J sin(theta - theta'))^2 / N along it, of xy"},
    {"helicity_modulus", "<helicity_cos> - beta <helicity_sin2>, stiffness of xy"},
    {"vorticity", "vortices and antivortices per site of xy on square lattices"},
    {"callen", "sum h (tanh(beta h) - s) / N with local fields h: 0 in equilibrium"},
    {"q", "overlap of chains 2k and 2k + 1, sum s s' / N"},
    {"abs_q", "its absolute value"},
    {"q2", "its square"},
    {"q4", "its fourth power"},
    {"q_link", "overlap of their bonds, sum s_i s_j s'_i s'_j / bonds"},
    {"q_link2", "its square"},
    {"q_link4", "its fourth power"},
    {"q_kmin", "structure factor of the s s' at 2 pi / L on periodic lattices"},
    {"energy_per_site", "energy / N"},
    {"heat", "beta^2 var(energy), from energy and energy2"},
    {"susceptibility", "N <m2>"},
    {"susceptibility_connected", "N (<m2> - <abs_m>^2)"},
    {"correlation_length", "second moment, from m2 and s_kmin (not connected)"},
    {"xi_over_L", "its ratio to the largest extent"},
    {"correlation_length_q", "of the overlap, from q2 and q_kmin"},
    {"binder_q", "(3 - <q4> / <q2>^2) / 2"},
    {"binder_q_link", "the same of the link overlap"},
    {"binder", "1 - <m4> / (3 <m2>^2)"},
    {"mx", "transverse magnetisation per site, <X>"},
    {"variance", "of the local energy: 0 of an eigenstate"},
    {"v_score", "N variance / (energy - tr H / 2^N)^2"},
    {"kinetic", "sum p^2 / (2 mass) over the momenta of a phase space (total)"},
    {"mean", "mean of the entries of a real configuration"},
    {"r2", "sum of their squares"},
    {"r", "distance from the origin, of rings"},
    {"v2", "square of x0, the log variance of a funnel"},
    {"p0", "share of the sites with label 0, of a user's system; p1 ... p7 likewise"},
    {"cx", "mean cosine of the angles of a user's system"},
    {"cy", "mean sine of them"},
    {"x0", "first entry of a configuration; x1 ... x7 likewise"},
});

}  // namespace

Observables field_observables(const Target& target) {
  Observables all = real_observables(target);
  std::erase_if(all, [](const auto& observable) { return observable->name() == "lp"; });
  return all;
}

std::vector<SystemEntry> make_systems() {
  return {ising_entry(),
          potts_entry(),
          clock_entry(),
          xy_entry(),
          edwards_anderson_entry(),
          sherrington_kirkpatrick_entry(),
          hopfield_entry(),
          with_momenta(dual_ising_entry()),
          with_momenta(phi4_entry()),
          with_momenta(gaussian_entry()),
          with_momenta(ring_entry()),
          with_momenta(rings_entry()),
          with_momenta(mixture_entry()),
          with_momenta(funnel_entry()),
          with_momenta(forty_modes_entry()),
          with_momenta(many_well_entry()),
          rbm_entry(),
          dbm_entry(),
          flow_density_entry()};
}

std::vector<Entry> make_observables() {
  std::vector<Entry> table;
  for (const auto& [name, what] : kObservables) table.push_back({name, what, {}, ""});
  return table;
}

}  // namespace nmc::catalog
