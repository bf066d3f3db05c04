#include "drivers/tomography/shots_file.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <fstream>
#include <optional>
#include <sstream>
#include <vector>

#include "core/archive/file.hpp"
#include "core/errors.hpp"

namespace nmc::drivers {
namespace {

/// More copies of one outcome nobody measures, and a double counts them.
constexpr double kMostShots = 1e12;

/// One line or row.
struct ShotLine {
  std::string where, basis, outcome;
  double count = 1;
};

/// What goes wrong in it is told with the line.
template <class Make>
auto made_of(const ShotLine& line, const Make& make) {
  try {
    return make();
  } catch (const UserError& error) {
    throw UserError(fmt::format("{}: {}", line.where, error.what()));
  }
}

class ShotReader {
 public:
  void add(const ShotLine& line) {
    const Index sites = std::ssize(line.outcome);
    if (!shots_) shots_ = made_of(line, [&] { return Shots(sites); });
    require(sites == shots_->sites(), fmt::format("{}: an outcome of {} qubits; the first is of {}",
                                                  line.where, sites, shots_->sites()));
    require(std::ssize(line.basis) == sites,
            fmt::format("{}: the basis {} is of {} qubits and the outcome {} of {}", line.where,
                        line.basis, line.basis.size(), line.outcome, sites));
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < line.outcome.size(); ++i) {
      require(line.outcome[i] == '0' || line.outcome[i] == '1',
              fmt::format("{}: \"{}\" is no outcome: a 0 or 1 for each qubit, qubit 0 first",
                          line.where, line.outcome));
      if (line.outcome[i] == '1') bits |= std::uint64_t{1} << i;
    }
    require(line.count >= 1 && line.count <= kMostShots && line.count == std::floor(line.count),
            fmt::format("{}: {} is no number of shots", line.where, line.count));
    made_of(line, [&] { shots_->add(line.basis, bits, line.count); });
  }
  [[nodiscard]] Shots shots(const std::string& path) const {
    require(shots_.has_value(), path + " holds no shots: one a line, XZZ 011 149");
    return *shots_;
  }

 private:
  std::optional<Shots> shots_{};
};

std::optional<double> count_in(const std::string& word) {
  double count = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), count);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return count;
}

/// A basis has letters, so that the first word of a line without one is its outcome.
ShotLine read_shot_line(std::vector<std::string> words, const std::string& where) {
  if (words.size() == 1 || words[0].find_first_not_of("01") == std::string::npos)
    words.insert(words.begin(), std::string(words[0].size(), 'Z'));
  require(words.size() == 2 || words.size() == 3,
          fmt::format("{}: {} words; a line is a basis, an outcome and how often it came: XZZ 011 "
                      "149",
                      where, words.size()));
  ShotLine line{where, words[0], words[1]};
  if (words.size() == 2) return line;
  const auto count = count_in(words[2]);
  require(count.has_value(), fmt::format("{}: \"{}\" is no number of shots", where, words[2]));
  line.count = *count;
  return line;
}

Shots read_text_shots(const std::string& path) {
  std::ifstream file(path);
  require(file.good(), fmt::format("cannot read the shots in {}", path));
  ShotReader reader;
  std::string text;
  for (int number = 1; std::getline(file, text); ++number) {
    std::istringstream stream(text.substr(0, text.find('#')));
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    if (!words.empty()) reader.add(read_shot_line(words, fmt::format("{}:{}", path, number)));
  }
  return reader.shots(path);
}

Shots read_hdf5_shots(const std::string& path) {
  const archive::File file = archive::File::open(path);
  require(file.is_dataset("/outcomes") && file.shape("/outcomes").size() == 2,
          path + " holds no dataset outcomes (shots, qubits) of 0 and 1");
  const archive::Shape shape = file.shape("/outcomes");
  const std::vector<double> bits = file.read_doubles("/outcomes");
  const auto rows = static_cast<std::size_t>(shape[0]), sites = static_cast<std::size_t>(shape[1]);
  std::vector<std::string> bases(rows, std::string(sites, 'Z'));
  if (file.has("/bases")) bases = file.read_strings("/bases");
  std::vector<double> counts(rows, 1.0);
  if (file.has("/counts")) counts = file.read_doubles("/counts");
  require(bases.size() == rows && counts.size() == rows,
          fmt::format("{}: {} outcomes, {} bases and {} counts", path, rows, bases.size(),
                      counts.size()));
  ShotReader reader;
  for (std::size_t row = 0; row < rows; ++row) {
    ShotLine line{fmt::format("{}: row {} of outcomes", path, row), bases[row], "", counts[row]};
    for (std::size_t i = 0; i < sites; ++i) {
      const double bit = bits[row * sites + i];
      line.outcome += bit == 0 ? '0' : bit == 1 ? '1' : '?';
    }
    reader.add(line);
  }
  return reader.shots(path);
}

}  // namespace

Shots read_shots(const std::string& path) {
  return archive::File::is_hdf5(path) ? read_hdf5_shots(path) : read_text_shots(path);
}

std::string shots_text(const Shots& shots) {
  std::string text = "# basis, outcome (qubit 0 first), how often\n";
  for (const BasisShots& basis : shots.bases())
    for (const auto& [outcome, count] : basis.counts)
      text +=
          fmt::format("{} {} {:.0f}\n", basis.letters, bits_text(outcome, shots.sites()), count);
  return text;
}

}  // namespace nmc::drivers
