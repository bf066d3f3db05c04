#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/archive/graphs/source.hpp"
#include "core/batch.hpp"

namespace nmc::archive {

using Json = nlohmann::json;

/// Reads the whole text. UserError for what is no JSON, with its line, for a key that an object has
/// twice, and for more than 32 brackets within each other, which no graph needs.
[[nodiscard]] Json parse_json(const GraphSource& source);

/// A value as JSON for a message, cut where it is long.
[[nodiscard]] std::string shown(const Json& value);

/// One object of the file; every message begins with its place.
class JsonObject {
 public:
  /// UserError unless the value is an object.
  JsonObject(std::string place, const Json& value);

  [[noreturn]] void fail(const std::string& what) const;
  [[nodiscard]] bool has(const std::string& key) const { return object_.contains(key); }
  /// UserError where the key is missing.
  [[nodiscard]] const Json& at(const std::string& key) const;
  /// UserError for a key that is none of these, with the nearest of them.
  void refuse_others(std::vector<std::string> names) const;

  [[nodiscard]] Index integer(const Json& value, const std::string& name) const;
  [[nodiscard]] double real(const Json& value, const std::string& name) const;
  [[nodiscard]] const Json& list(const Json& value, const std::string& name) const;
  [[nodiscard]] std::string text(const Json& value, const std::string& name) const;

 private:
  std::string place_;
  const Json& object_;
};

}  // namespace nmc::archive
