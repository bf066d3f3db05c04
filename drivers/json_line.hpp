#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nmc::drivers {

/// The text in quotes, with what JSON escapes escaped.
[[nodiscard]] std::string json_string(std::string_view text);

/// One JSON object on one line. Numbers are written with all their digits; what is not finite
/// becomes null, which JSON has and NaN it has not.
class JsonLine {
 public:
  JsonLine& add(std::string_view key, double value);
  JsonLine& add(std::string_view key, std::int64_t value);
  JsonLine& add(std::string_view key, int value);
  JsonLine& add(std::string_view key, const std::string& value);
  JsonLine& add(std::string_view key, const char* value);
  JsonLine& add(std::string_view key, const std::vector<std::string>& values);
  /// `json` is text that is already JSON.
  JsonLine& add_raw(std::string_view key, const std::string& json);
  /// The members without their braces, to be put into another object.
  [[nodiscard]] const std::string& members() const { return body_; }
  [[nodiscard]] std::string text() const { return "{" + body_ + "}"; }

 private:
  std::string body_;
};

}  // namespace nmc::drivers
