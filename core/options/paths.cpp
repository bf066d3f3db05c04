#include "core/options/paths.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "core/errors.hpp"
#include "core/options/sweep_values.hpp"

namespace fs = std::filesystem;

namespace nmc {
namespace {

/// A value cut at the ends of its path.
struct Cut {
  std::string before, path, after;
};

std::optional<Cut> cut(const OptionSpec& spec, const std::string& value) {
  constexpr std::string_view kPrefix = "file:";
  const auto colon = value.rfind(':');
  switch (spec.path) {
    case PathForm::none:
      return std::nullopt;
    case PathForm::file:
      return Cut{"", value, ""};
    case PathForm::file_or_number:
      if (number_value(value)) return std::nullopt;
      return Cut{"", value, ""};
    case PathForm::prefixed:
      if (!value.starts_with(kPrefix)) return std::nullopt;
      return Cut{std::string(kPrefix), value.substr(kPrefix.size()), ""};
    case PathForm::dataset:
      if (colon != std::string::npos) return Cut{"", value.substr(0, colon), value.substr(colon)};
      if (!value.ends_with(".h5")) return std::nullopt;
      return Cut{"", value, ""};
  }
  return std::nullopt;
}

fs::path absolute(const fs::path& base, const std::string& path) {
  return (base / path).lexically_normal();
}

void check(const std::string& path, const fs::path& base, const fs::path& target) {
  // resolved.ini could not say it.
  require(target.string().find('#') == std::string::npos,
          fmt::format("{}: a path of a job cannot hold #", target.string()));
  const fs::path here = absolute(fs::current_path(), path);
  require(fs::exists(target) || !fs::exists(here),
          fmt::format("there is no {}: a path in a job file begins at the directory of the file; "
                      "for the one in the working directory write {}",
                      target.string(), here.lexically_relative(base).string()));
}

}  // namespace

std::string located(const OptionSpec& spec, const std::string& value, const std::string& base) {
  const auto parts = cut(spec, value);
  if (!parts || parts->path.empty() || base.empty()) return value;
  const fs::path target = absolute(base, parts->path);
  check(parts->path, base, target);
  const fs::path below = target.lexically_relative(fs::current_path());
  const bool is_below = !below.empty() && *below.begin() != "..";
  return parts->before + (is_below ? below : target).string() + parts->after;
}

std::string stored_value(const ResolvedOption& option) {
  const auto parts = cut(option.spec, option.value);
  if (!parts || parts->path.empty() || option.origin == "default") return option.value;
  return parts->before + absolute(fs::current_path(), parts->path).string() + parts->after;
}

}  // namespace nmc
