#include "drivers/tomography/tomography_file.hpp"

#include <array>
#include <utility>

#include "core/errors.hpp"

namespace nmc::drivers {
namespace {

constexpr std::array<std::pair<const char*, double LearnedState::*>, 15> kStateNumbers{
    {{"best_start", &LearnedState::best_start},
     {"nll", &LearnedState::nll},
     {"held_out_nll", &LearnedState::held_out_nll},
     {"nll_error", &LearnedState::nll_error},
     {"z_disagrees", &LearnedState::z_disagrees},
     {"entropy", &LearnedState::entropy},
     {"misfit", &LearnedState::misfit},
     {"is_turned", &LearnedState::is_turned},
     {"truth_nll", &LearnedState::truth_nll},
     {"fidelity", &LearnedState::fidelity},
     {"divergence", &LearnedState::divergence},
     {"phase_groups", &LearnedState::phase_groups},
     {"has_phase", &LearnedState::has_phase},
     {"is_conjugate_open", &LearnedState::is_conjugate_open},
     {"cpu_seconds", &LearnedState::cpu_seconds}}};

constexpr std::array<std::pair<const char*, std::string LearnedState::*>, 3> kStateWords{
    {{"summary", &LearnedState::summary},
     {"network", &LearnedState::network},
     {"truth", &LearnedState::truth}}};

constexpr const char* kTomography = "/tomography";

void write_starts(archive::File& file, const std::vector<TomographyStart>& starts) {
  const std::string group = std::string(kTomography) + "/";
  std::vector<double> steps, best, nll, held_out, number;
  for (const TomographyStart& start : starts) {
    number.push_back(static_cast<double>(number.size()));
    steps.push_back(static_cast<double>(start.steps));
    best.push_back(static_cast<double>(start.best_step));
    nll.push_back(start.nll);
    held_out.push_back(start.held_out);
  }
  const archive::Shape shape{std::ssize(starts)};
  file.write(group + "start", shape, number);
  file.make_dimension_scale(group + "start");
  const std::array<std::pair<const char*, const std::vector<double>*>, 4> columns{
      {{"steps", &steps}, {"best_step", &best}, {"nll", &nll}, {"held_out", &held_out}}};
  for (const auto& [name, column] : columns) {
    file.write(group + name, shape, *column);
    file.attach_dimension_scale(group + name, 0, group + "start");
  }
}

/// The place in memory, where qubit i is bit i, of the state of this number in a file, where qubit
/// 0 is the highest bit.
Index place_of(Index number, Index qubits) {
  Index place = 0;
  for (Index i = 0; i < qubits; ++i) place |= (number >> (qubits - 1 - i) & 1) << i;
  return place;
}

Index qubits_of(Index states) {
  Index qubits = 0;
  while ((Index{1} << qubits) < states) ++qubits;
  return qubits;
}

Eigen::VectorXcd read_psi(const archive::File& file, const std::string& dataset) {
  if (!file.has(dataset)) return {};
  const std::vector<double> numbers = file.read_doubles(dataset);
  const Index states = std::ssize(numbers) / 2, qubits = qubits_of(states);
  require(states == Index{1} << qubits && std::ssize(numbers) == 2 * states,
          file.path() + " holds another number of amplitudes than of states");
  Eigen::VectorXcd psi(states);
  for (Index k = 0; k < states; ++k)
    psi(place_of(k, qubits)) = {numbers[static_cast<std::size_t>(2 * k)],
                                numbers[static_cast<std::size_t>(2 * k + 1)]};
  return psi;
}

}  // namespace

void write_learned_state(archive::File& file, const LearnedState& learned) {
  file.create_group(kTomography);
  write_starts(file, learned.starts);
  for (const auto& [name, number] : kStateNumbers)
    file.set_attribute(kTomography, name, learned.*number);
  for (const auto& [name, words] : kStateWords)
    file.set_attribute(kTomography, name, learned.*words);
  if (learned.psi.size() == 0) return;
  const Index qubits = qubits_of(learned.psi.size());
  std::vector<double> numbers;
  for (Index k = 0; k < learned.psi.size(); ++k) {
    const Index place = place_of(k, qubits);
    numbers.insert(numbers.end(), {learned.psi(place).real(), learned.psi(place).imag()});
  }
  file.write(std::string(kTomography) + "/psi", {learned.psi.size(), 2}, numbers);
}

LearnedState read_learned_state(const std::filesystem::path& path) {
  const archive::File file = archive::File::open(path.string());
  require(file.is_group(kTomography), path.string() + " holds no tomography");
  LearnedState learned;
  for (const auto& [name, number] : kStateNumbers)
    if (file.has_attribute(kTomography, name))  // older files have fewer
      learned.*number = file.double_attribute(kTomography, name);
  for (const auto& [name, words] : kStateWords)
    learned.*words = file.string_attribute(kTomography, name);
  const std::string group = std::string(kTomography) + "/";
  const auto steps = file.read_doubles(group + "steps"),
             best = file.read_doubles(group + "best_step"), nll = file.read_doubles(group + "nll"),
             held_out = file.read_doubles(group + "held_out");
  require(
      best.size() == steps.size() && nll.size() == steps.size() && held_out.size() == steps.size(),
      path.string() + ": the columns of /tomography are of different lengths");
  for (std::size_t k = 0; k < steps.size(); ++k)
    learned.starts.push_back(
        {static_cast<Index>(steps[k]), static_cast<Index>(best.at(k)), nll.at(k), held_out.at(k)});
  learned.psi = read_psi(file, group + "psi");
  return learned;
}

}  // namespace nmc::drivers
