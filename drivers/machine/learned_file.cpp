#include "drivers/machine/learned_file.hpp"

#include <array>
#include <sstream>
#include <utility>

#include "core/errors.hpp"

namespace nmc::drivers {
namespace {

using RowNumber = double LearnedRow::*;
constexpr std::array<std::pair<const char*, RowNumber>, 8> kRowNumbers{
    {{"step", &LearnedRow::step},
     {"nll", &LearnedRow::nll},
     {"held_out_nll", &LearnedRow::held_out_nll},
     {"pseudo_nll", &LearnedRow::pseudo_nll},
     {"reconstruction", &LearnedRow::reconstruction},
     {"learning_rate", &LearnedRow::learning_rate},
     {"elbo", &LearnedRow::elbo},
     {"mmd", &LearnedRow::mmd}}};

constexpr std::array<std::pair<const char*, double Learned::*>, 8> kAttributes{
    {{"entropy", &Learned::entropy},
     {"lnZ", &Learned::lnZ},
     {"lnZ_error", &Learned::lnZ_error},
     {"lnZ_backward", &Learned::lnZ_backward},
     {"lnZ_backward_error", &Learned::lnZ_backward_error},
     {"nll", &Learned::nll},
     {"held_out_nll", &Learned::held_out_nll},
     {"cpu_seconds", &Learned::cpu_seconds}}};

constexpr std::array<std::pair<const char*, std::string Learned::*>, 3> kStoredWords{
    {{"summary", &Learned::summary}, {"method", &Learned::method}, {"lnZ_by", &Learned::lnZ_by}}};

void write_learned_numbers(archive::File& file, const std::vector<LearnedNumber>& numbers) {
  std::string names;
  for (const LearnedNumber& number : numbers) {
    names += names.empty() ? number.name : "," + number.name;
    file.set_attribute("/learn", number.name, number.value);
    file.set_attribute("/learn", number.name + "_error", number.error);
    file.set_attribute("/learn", number.name + "_words", number.words);
  }
  file.set_attribute("/learn", "numbers", names);
}

std::vector<LearnedNumber> read_learned_numbers(const archive::File& file) {
  std::vector<LearnedNumber> numbers;
  if (!file.has_attribute("/learn", "numbers")) return numbers;
  std::istringstream names(file.string_attribute("/learn", "numbers"));
  for (std::string name; std::getline(names, name, ',');)
    numbers.push_back({name, file.double_attribute("/learn", name),
                       file.double_attribute("/learn", name + "_error"),
                       file.string_attribute("/learn", name + "_words")});
  return numbers;
}

}  // namespace

const std::vector<std::string>& learned_columns() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& [name, number] : kRowNumbers) all.emplace_back(name);
    return all;
  }();
  return names;
}

void write_log(archive::File& file, const std::vector<LearnedRow>& log) {
  for (const auto& [name, number] : kRowNumbers) {
    std::vector<double> values;
    for (const LearnedRow& row : log) values.push_back(row.*number);
    file.write(std::string("/learn/") + name, {std::ssize(values)}, values);
  }
  file.make_dimension_scale("/learn/step");
  for (const auto& [name, number] : kRowNumbers)
    if (std::string(name) != "step")
      file.attach_dimension_scale(std::string("/learn/") + name, 0, "/learn/step");
}

std::vector<LearnedRow> read_log(const archive::File& file) {
  std::vector<LearnedRow> log;
  for (const auto& [name, number] : kRowNumbers) {
    if (!file.has(std::string("/learn/") + name)) continue;  // of a file before there were such
    const std::vector<double> values = file.read_doubles(std::string("/learn/") + name);
    log.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) log[i].*number = values[i];
  }
  return log;
}

void write_learned(archive::File& file, const Learned& learned) {
  write_log(file, learned.log);
  for (const auto& [name, number] : kAttributes)
    file.set_attribute("/learn", name, learned.*number);
  for (const auto& [name, words] : kStoredWords) file.set_attribute("/learn", name, learned.*words);
  write_learned_numbers(file, learned.numbers);
}

Learned read_learned(const std::filesystem::path& path) {
  const archive::File file = archive::File::open(path.string());
  require(file.is_group("/learn"), path.string() + " holds no training of a machine");
  Learned learned;
  learned.log = read_log(file);
  for (const auto& [name, number] : kAttributes)
    learned.*number = file.double_attribute("/learn", name);
  for (const auto& [name, words] : kStoredWords)
    learned.*words = file.string_attribute("/learn", name);
  learned.numbers = read_learned_numbers(file);
  return learned;
}

}  // namespace nmc::drivers
