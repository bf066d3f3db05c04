#pragma once

#include <map>
#include <optional>
#include <string>

namespace nmc::archive {

/// The members of a flat JSON object: numbers and words. Null, truth values and what has members of
/// its own are left out.
struct JsonMembers {
  std::map<std::string, double> numbers;
  std::map<std::string, std::string> words;

  [[nodiscard]] double number(const std::string& key, double otherwise) const;
  /// A count of whole things; `otherwise` where it is none, or beyond 2^31 - 1.
  [[nodiscard]] int count(const std::string& key, int otherwise) const;
  [[nodiscard]] std::string word(const std::string& key) const;  ///< "" where there is none
};

/// Nothing where the text is no JSON object, or too long to be one of ours.
[[nodiscard]] std::optional<JsonMembers> json_members(const std::string& text);
/// The same of a file, which need not exist.
[[nodiscard]] std::optional<JsonMembers> read_json_members(const std::string& path);

}  // namespace nmc::archive
