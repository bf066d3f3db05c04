#include "core/archive/json_members.hpp"

#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

namespace nmc::archive {
namespace {

// Status and lock files are some hundred letters; a deep nest of brackets needs many.
constexpr std::size_t kMostLetters = 65536;

}  // namespace

double JsonMembers::number(const std::string& key, double otherwise) const {
  const auto it = numbers.find(key);
  return it == numbers.end() ? otherwise : it->second;
}

int JsonMembers::count(const std::string& key, int otherwise) const {
  const double value = number(key, otherwise);
  const bool is_count =
      value >= 0 && value <= std::numeric_limits<int>::max() && value == std::floor(value);
  return is_count ? static_cast<int>(value) : otherwise;
}

std::string JsonMembers::word(const std::string& key) const {
  const auto it = words.find(key);
  return it == words.end() ? std::string() : it->second;
}

std::optional<JsonMembers> json_members(const std::string& text) {
  if (text.size() > kMostLetters) return std::nullopt;
  const auto object = nlohmann::json::parse(text, nullptr, false);
  if (!object.is_object()) return std::nullopt;
  JsonMembers members;
  for (const auto& [key, value] : object.items()) {
    if (value.is_number()) members.numbers[key] = value.get<double>();
    if (value.is_string()) members.words[key] = value.get<std::string>();
  }
  return members;
}

std::optional<JsonMembers> read_json_members(const std::string& path) {
  const std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return json_members(text.str());
}

}  // namespace nmc::archive
