#include <utility>

#include "core/roles/local_energy.hpp"
#include "drivers/wave/wave_models.hpp"

namespace nmc::catalog {
namespace {

Column magnetisation(const Batch& s) {
  return sum_sites(s) / static_cast<double>(s.cols());
}

using Power = Column (*)(const Column&);

std::unique_ptr<Observable> of_m(const char* name, Power power) {
  return std::make_unique<FunctionObservable>(
      name, [power](const Batch& s) { return power(magnetisation(s)); });
}

}  // namespace

const std::vector<std::string>& wave_observable_names() {
  static const std::vector<std::string> names{"energy", "energy2", "mx", "m", "abs_m", "m2", "m4"};
  return names;
}

std::unique_ptr<const Target> set_wave(const WaveFunction& psi, System& system) {
  const Operator& H = *system.hamiltonian;
  std::unique_ptr<const Target> basis =
      std::exchange(system.target, std::make_unique<BornDensity>(psi));
  system.observables.clear();
  auto& all = system.observables;
  all.push_back(std::make_unique<FunctionObservable>(
      "energy", [&psi, &H](const Batch& s) { return local_energies(H, *psi.chains(s)).re; }));
  if (psi.is_real())
    all.push_back(std::make_unique<ObservableOfBase>(
        "energy2", *all.front(), [](const Column& e) { return Column(e.square()); }));
  else  // |E_loc|²: the mean of its imaginary part is 0, and its square is part of the variance
    all.push_back(std::make_unique<FunctionObservable>("energy2", [&psi, &H](const Batch& s) {
      return local_energies(H, *psi.chains(s)).squares();
    }));
  all.push_back(std::make_unique<FunctionObservable>(
      "mx", [&psi](const Batch& s) { return local_X(*psi.chains(s)); }));
  all.push_back(of_m("m", [](const Column& m) { return m; }));
  all.push_back(of_m("abs_m", [](const Column& m) { return Column(m.abs()); }));
  all.push_back(of_m("m2", [](const Column& m) { return Column(m.square()); }));
  all.push_back(of_m("m4", [](const Column& m) { return Column(m.square().square()); }));
  return basis;
}

}  // namespace nmc::catalog
