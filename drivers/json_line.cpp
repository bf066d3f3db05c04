#include "drivers/json_line.hpp"

#include <fmt/format.h>

#include <cmath>

namespace nmc::drivers {

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out += fmt::format("\\{}", c);
    else if (code < 0x20)
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(code));
    else
      out += c;
  }
  return out + "\"";
}

JsonLine& JsonLine::add_raw(std::string_view key, const std::string& json) {
  if (!body_.empty()) body_ += ", ";
  body_ += json_string(key) + ": " + json;
  return *this;
}

JsonLine& JsonLine::add(std::string_view key, double value) {
  return add_raw(key, std::isfinite(value) ? fmt::format("{}", value) : "null");
}

JsonLine& JsonLine::add(std::string_view key, std::int64_t value) {
  return add_raw(key, fmt::format("{}", value));
}

JsonLine& JsonLine::add(std::string_view key, int value) {
  return add(key, static_cast<std::int64_t>(value));
}

JsonLine& JsonLine::add(std::string_view key, const std::string& value) {
  return add_raw(key, json_string(value));
}

JsonLine& JsonLine::add(std::string_view key, const std::vector<std::string>& values) {
  std::string list;
  for (const std::string& value : values) list += (list.empty() ? "" : ", ") + json_string(value);
  return add_raw(key, "[" + list + "]");
}

JsonLine& JsonLine::add(std::string_view key, const char* value) {
  return add_raw(key, json_string(value));
}

}  // namespace nmc::drivers
