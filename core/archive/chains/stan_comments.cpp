#include "core/archive/chains/stan_comments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/archive/chains/text_lines.hpp"
#include "core/errors.hpp"

namespace nmc::archive {

void StanComments::read(std::string_view comment, std::size_t rows) {
  if (comment.find("Adaptation terminated") != std::string_view::npos) {
    has_adapted_ = true;
    adapted_after_ = rows;
  }
  const std::size_t equals = comment.find('=');
  if (equals == std::string_view::npos) return;
  const std::string_view key = trimmed(comment.substr(0, equals));
  std::string_view value = trimmed(comment.substr(equals + 1));
  value = value.substr(0, value.find_first_of(" \t"));  // "1000 (Default)"
  values_.emplace(key, value);  // the first one counts: sampler's before adapt's
}

/// Numbers of iterations as rows of the file: CmdStan saves every `thin`-th, the first among them.
std::size_t StanComments::saved(const std::string& key) const {
  const auto number = [&](const std::string& name, double otherwise) {
    const auto found = values_.find(name);
    const double value =
        found == values_.end() ? otherwise : number_in(found->second).value_or(otherwise);
    return value >= 0 && value < 1e15 ? value : otherwise;
  };
  double iterations = number("num_" + key, -1);
  if (iterations < 0 && key == "warmup") iterations = number("warmup", 0);
  if (iterations < 0 && key == "samples") iterations = number("iter", 0) - number("warmup", 0);
  return static_cast<std::size_t>(
      std::ceil(std::max(iterations, 0.0) / std::max(number("thin", 1), 1.0)));
}

bool StanComments::is_stan() const {
  return has_adapted_ || values_.contains("stan_version_major") || values_.contains("sampler_t");
}

bool StanComments::saves_warmup() const {
  const auto algorithm = values_.find("algorithm");
  if (algorithm != values_.end() && algorithm->second == "fixed_param") return false;  // has none
  const auto found = values_.find("save_warmup");
  return found != values_.end() && (found->second == "1" || found->second == "true");
}

std::size_t StanComments::warmup_rows(const std::string& path, std::size_t rows) const {
  const auto method = values_.find("method");
  if (is_stan() && method != values_.end()) {
    for (const char* other : {"optimize", "variational", "pathfinder", "laplace", "diagnose"}) {
      require(method->second != other,
              fmt::format("{}: Stan's method = {} gives no Markov chain; diagnose reads method = "
                          "sample",
                          path, other));
    }
  }
  const std::size_t announced = saves_warmup() ? saved("warmup") : 0;
  require(
      !has_adapted_ || adapted_after_ == announced,
      fmt::format("{}: by its comments {} rows are warm-up (save_warmup, num_warmup, thin), and "
                  "the adaptation ended after {} rows; leave the warm-up out and correct "
                  "save_warmup",
                  path, announced, adapted_after_));
  require(announced == 0 || rows > announced,
          fmt::format("{}: by its comments (save_warmup = 1) the first {} rows are warm-up, and it "
                      "has {}; where the warm-up was taken out already, write save_warmup = 0",
                      path, announced, rows));
  return announced;
}

std::string StanComments::missing_rows(std::size_t rows) const {
  if (!is_stan()) return "";
  const std::size_t expected = saved("samples") + (saves_warmup() ? saved("warmup") : 0);
  if (expected == 0 || rows == expected) return "";
  return fmt::format(
      "{} rows where Stan's comments announce {}: {}", rows, expected,
      rows < expected ? "the run was stopped, or the file cut off" : "several files joined?");
}

}  // namespace nmc::archive
