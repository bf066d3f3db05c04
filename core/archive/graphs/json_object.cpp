#include "core/archive/graphs/json_object.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/archive/graphs/key_hints.hpp"
#include "core/errors.hpp"

namespace nmc::archive {
namespace {

/// Destroying and printing a value recurse: its depth is bounded while it is read.
constexpr int most_depth = 32;

/// Reads the text without making values; keeps the keys of the objects that are open. A callback of
/// Json::parse would search the whole list behind every object in it.
class Watch final : public Json::json_sax_t {
 public:
  explicit Watch(const std::string& path) : path_(path) {}

  bool start_object(std::size_t) override {
    keys_.emplace_back();
    return go_deeper();
  }
  bool start_array(std::size_t) override { return go_deeper(); }
  bool end_object() override {
    keys_.pop_back();
    --depth_;
    return true;
  }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool key(std::string& key) override {
    auto& keys = keys_.back();
    if (std::ranges::find(keys, key) != keys.end())
      throw UserError(fmt::format("{}: an object has the key \"{:.60}\" twice; which one is meant?",
                                  path_, key));
    if (keys.size() >= most_keys)
      throw UserError(fmt::format("{}: an object has more than {} keys", path_, most_keys));
    keys.push_back(key);
    return true;
  }
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(Json::number_integer_t) override { return true; }
  bool number_unsigned(Json::number_unsigned_t) override { return true; }
  bool number_float(Json::number_float_t, const std::string&) override { return true; }
  bool string(std::string&) override { return true; }
  bool binary(Json::binary_t&) override { return true; }
  /// The parser of values says what is wrong.
  bool parse_error(std::size_t, const std::string&, const Json::exception&) override {
    return false;
  }

 private:
  bool go_deeper() {
    if (++depth_ > most_depth)
      throw UserError(fmt::format("{}: more than {} brackets within each other; a graph needs five",
                                  path_, most_depth));
    return true;
  }

  static constexpr std::size_t most_keys = 1000;
  std::string path_;
  int depth_ = 0;
  std::vector<std::vector<std::string>> keys_;
};

}  // namespace

Json parse_json(const GraphSource& source) {
  try {
    Watch watch(source.path);
    (void)Json::sax_parse(source.text, &watch);
    return Json::parse(source.text);
  } catch (const Json::exception& error) {
    const std::string what = error.what();  // "[json.exception.…] parse error at line 3, …"
    throw UserError(
        fmt::format("{} is no JSON: {}. JSON knows no NaN (give every coupling a "
                    "finite number) and no comments",
                    source.path, what.substr(what.find(']') + 2, 300)));
  }
}

std::string shown(const Json& value) {
  constexpr std::size_t most = 60;
  if ((value.is_array() || value.is_object()) && value.size() > 8)
    return fmt::format("{} of {} entries", value.is_array() ? "a list" : "an object", value.size());
  const std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  return text.size() <= most ? text : text.substr(0, most) + "...";
}

JsonObject::JsonObject(std::string place, const Json& value)
    : place_(std::move(place)), object_(value) {
  if (!value.is_object()) fail(fmt::format("{} is no object {{...}}", shown(value)));
}

void JsonObject::fail(const std::string& what) const {
  throw UserError(fmt::format("{}: {}", place_, what));
}

const Json& JsonObject::at(const std::string& key) const {
  if (!has(key)) fail(fmt::format("there is no \"{}\"", key));
  return object_[key];
}

void JsonObject::refuse_others(std::vector<std::string> names) const {
  for (const auto& [key, value] : object_.items())
    if (std::ranges::find(names, key) == names.end())
      fail(fmt::format("unknown key \"{:.60}\"{}", key, graph_name_hint(key, names)));
}

Index JsonObject::integer(const Json& value, const std::string& name) const {
  const bool fits = value.is_number_integer() &&
                    (!value.is_number_unsigned() ||
                     value.get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max());
  if (!fits) fail(fmt::format("{} = {} is not an integer", name, shown(value)));
  return value.get<Index>();
}

double JsonObject::real(const Json& value, const std::string& name) const {
  if (!value.is_number()) fail(fmt::format("{} = {} is not a number", name, shown(value)));
  return value.get<double>();
}

const Json& JsonObject::list(const Json& value, const std::string& name) const {
  if (!value.is_array()) fail(fmt::format("{} = {} is not a list", name, shown(value)));
  return value;
}

std::string JsonObject::text(const Json& value, const std::string& name) const {
  if (!value.is_string()) fail(fmt::format("{} = {} is not text", name, shown(value)));
  return value.get<std::string>();
}

}  // namespace nmc::archive
