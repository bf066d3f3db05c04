#include "drivers/tomography/known_state.hpp"

#include <fmt/format.h>

#include <cmath>
#include <complex>
#include <fstream>
#include <sstream>

#include "core/errors.hpp"
#include "models/wave/whole_state.hpp"

namespace nmc::drivers {
namespace {

KnownState named_state(const Options& options, const std::string& name, Index qubits) {
  if (qubits == 0) qubits = options.text("qubits").empty() ? 0 : options.integer("qubits");
  if (qubits == 0)
    options.fail("state", fmt::format("{} of how many qubits? set tomography.qubits", name));
  KnownState state{name, Eigen::VectorXcd::Zero(Index{1} << qubits), qubits};
  const double n = static_cast<double>(qubits);
  if (name == "w")
    for (Index i = 0; i < qubits; ++i) state.psi(Index{1} << i) = 1 / std::sqrt(n);
  else
    state.psi(0) = state.psi(state.psi.size() - 1) = std::sqrt(0.5);
  return state;
}

KnownState ground_state(const Job& job) {
  const System system = catalog::make_system(*job.system_entry, job.system);
  const Index qubits = system.hamiltonian->sites();
  if (qubits > whole_state_limit)
    job.train.fail("state",
                   fmt::format("{} qubits: states are known up to {}", qubits, whole_state_limit));
  KnownState state{
      fmt::format("the ground state of {}: {}", system.name, system.summary), {}, qubits};
  try {
    state.psi = system.ground_vector().cast<std::complex<double>>();
  } catch (const UserError& error) {
    job.train.fail("state", error.what());
  }
  return state;
}

/// One amplitude a line, its real and its imaginary part, 00…0, 00…1, …: qubit 0 changes least
/// often.
KnownState stored_state(const std::string& path) {
  std::ifstream file(path);
  require(file.good(), fmt::format("cannot read the amplitudes in {}", path));
  std::vector<std::complex<double>> amplitudes;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    std::istringstream words(line.substr(0, line.find('#')));
    double re = 0, im = 0;
    std::string more;
    if (!(words >> std::ws) || words.eof()) continue;
    require((words >> re >> im) && !(words >> more) && std::isfinite(re) && std::isfinite(im),
            fmt::format("{}:{}: a line is the real and the imaginary part of an amplitude", path,
                        number));
    amplitudes.emplace_back(re, im);
  }
  Index qubits = 0;
  while (qubits < whole_state_limit && (std::size_t{1} << qubits) < amplitudes.size()) ++qubits;
  require(qubits >= 1 && amplitudes.size() == std::size_t{1} << qubits,
          fmt::format("{}: {} amplitudes, and a state of n qubits has 2^n, n from 1 to {}", path,
                      amplitudes.size(), whole_state_limit));
  KnownState state{path, Eigen::VectorXcd(std::ssize(amplitudes)), qubits};
  for (std::size_t k = 0; k < amplitudes.size(); ++k) {
    Index place = 0;
    for (Index i = 0; i < qubits; ++i) place |= static_cast<Index>(k >> (qubits - 1 - i) & 1) << i;
    state.psi(place) = amplitudes[k];
  }
  require(state.psi.squaredNorm() > 0, path + ": all amplitudes are 0");
  state.psi.normalize();
  return state;
}

std::vector<std::string> bases_with(Index qubits, const std::vector<std::string>& pairs) {
  const std::string along_z(static_cast<std::size_t>(qubits), 'Z');
  std::vector<std::string> bases{along_z};
  for (std::size_t i = 0; i + 1 < along_z.size(); ++i)
    for (const std::string& pair : pairs) {
      bases.push_back(along_z);
      bases.back().replace(i, 2, pair);
    }
  return bases;
}

std::vector<std::string> all_bases(const Options& options, Index qubits) {
  constexpr Index kMostQubits = 7;
  if (qubits > kMostQubits)
    options.fail("bases", fmt::format("all would be 3^{} bases: take pairs, or a list", qubits));
  std::vector<std::string> bases{""};
  for (Index i = 0; i < qubits; ++i) {
    std::vector<std::string> longer;
    for (const std::string& basis : bases)
      for (const char letter : {'Z', 'X', 'Y'}) longer.push_back(basis + letter);
    bases = std::move(longer);
  }
  return bases;
}

}  // namespace

KnownState known_state(const Job& job, Index qubits) {
  const Options& options = job.train;
  const std::string& name = options.text("state");
  KnownState state;
  if (name == "w" || name == "ghz")
    state = named_state(options, name, qubits);
  else if (name == "ground")
    state = ground_state(job);
  else if (name.starts_with("file:"))
    state = stored_state(name.substr(5));
  else
    options.fail("state", fmt::format("state = {}: it is w, ghz, ground (of [system]) or file:PATH "
                                      "of amplitudes",
                                      name));
  if (qubits != 0 && state.qubits != qubits)
    options.fail("state", fmt::format("the shots are of {} qubits, and {} has {}", qubits,
                                      state.name, state.qubits));
  return state;
}

std::vector<std::string> read_bases(const Options& tomography, Index qubits) {
  const std::vector<std::string> given = tomography.list("bases");
  if (given.size() == 1 && given[0] == "z") return bases_with(qubits, {});
  if (given.size() == 1 && given[0] == "pairs") return bases_with(qubits, {"XX", "XY"});
  if (given.size() == 1 && given[0] == "all") return all_bases(tomography, qubits);
  if (given.empty())
    tomography.fail("bases",
                    "shots are drawn in bases: set tomography.bases = z, pairs, all, or a "
                    "list such as ZZZ, XXZ; or give measured ones, tomography.data");
  for (const std::string& basis : given) {
    if (std::ssize(basis) != qubits)
      tomography.fail("bases", fmt::format("{} is a basis of {} qubits; the state has {}", basis,
                                           basis.size(), qubits));
    try {
      (void)ProductBasis(basis);
    } catch (const UserError& error) {
      tomography.fail("bases", error.what());
    }
  }
  return given;
}

}  // namespace nmc::drivers
