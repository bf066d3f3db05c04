#include "core/archive/model_entries.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/archive/sha256.hpp"
#include "core/errors.hpp"

namespace nmc {
namespace {

using archive::File;
using archive::Shape;

const char* const count_attribute = "layers";
const char* const digest_attribute = "weights_sha256";

struct Names {
  std::vector<std::string> found, known;
};

void refuse(const File& file, const std::string& object, const char* kind, const Names& names) {
  for (const std::string& name : names.found)
    require(std::ranges::find(names.known, name) != names.known.end(),
            fmt::format("{}: {} has {} {}, which this program does not know and does not pass over "
                        "(docs/model-file.md); it knows {}",
                        file.path(), object, kind, name, fmt::join(names.known, ", ")));
}

std::string text(const Shape& shape) {
  return fmt::format("({})", fmt::join(shape, ", "));
}

}  // namespace

void require_shape(const File& file, const std::string& dataset, const Shape& expected) {
  require(file.has(dataset),
          fmt::format("{}: {} is missing (docs/model-file.md)", file.path(), dataset));
  const Shape shape = file.shape(dataset);
  require(shape == expected, fmt::format("{}: {} has shape {}, expected {}", file.path(), dataset,
                                         text(shape), text(expected)));
}

std::string one_of(const File& file, const std::string& object, const std::string& attribute,
                   const std::vector<std::string>& choices) {
  require(file.has_attribute(object, attribute),
          fmt::format("{}: {} has no attribute {} (docs/model-file.md)", file.path(), object,
                      attribute));
  std::string value = file.string_attribute(object, attribute);
  require(std::ranges::find(choices, value) != choices.end(),
          fmt::format("{}: {} of {} is \"{}\"; it is one of {}", file.path(), attribute, object,
                      value, fmt::join(choices, ", ")));
  return value;
}

void refuse_others(const File& file, const std::string& object, const KnownEntries& known) {
  refuse(file, object, "an attribute", {file.attributes(object), known.attributes});
  if (file.is_group(object))
    refuse(file, object, "an entry", {file.children(object), known.children});
}

std::vector<std::string> numbered_names(const File& file, const std::string& group) {
  const std::vector<std::string> found = file.children(group);
  for (const std::string& name : found)
    require(name.find_first_not_of("0123456789") == std::string::npos,
            fmt::format("{}: {} has an entry {}, and its entries are numbers (docs/model-file.md)",
                        file.path(), group, name));
  std::vector<std::string> names;
  for (std::size_t k = 0; k < found.size(); ++k) {
    names.push_back(fmt::format("{:03}", k));
    require(
        std::ranges::find(found, names.back()) != found.end(),
        fmt::format("{}: {} holds {} entries and lacks {}: they are numbered from 000 without a "
                    "gap, and without one it is another network",
                    file.path(), group, found.size(), names.back()));
  }
  return names;
}

std::vector<std::string> layer_names(const File& file, const std::string& model) {
  const std::string layers = model + "/layers";
  require(file.is_group(layers),
          fmt::format("{}: {} is missing (docs/model-file.md)", file.path(), layers));
  refuse(file, layers, "an attribute", {file.attributes(layers), {}});
  std::vector<std::string> names = numbered_names(file, layers);
  if (file.int_attribute("/", "version") < 2) return names;
  const std::int64_t count = file.int_attribute(model, count_attribute);
  require(count == std::ssize(names),
          fmt::format("{}: {} says that it has {} layers, and {} are there", file.path(), model,
                      count, names.size()));
  return names;
}

void write_layer_count(File& file, const std::string& model, std::size_t layers) {
  file.set_attribute(model, count_attribute, static_cast<std::int64_t>(layers));
}

void write_weights_digest(File& file, const std::string& model,
                          std::span<const double> parameters) {
  file.set_attribute(model, digest_attribute, archive::sha256(parameters));
}

void check_weights_digest(const File& file, const std::string& model,
                          std::span<const double> parameters) {
  if (!file.has_attribute(model, digest_attribute)) return;
  require(file.string_attribute(model, digest_attribute) == archive::sha256(parameters),
          fmt::format("{}: the weights are not those that were stored: their SHA-256 differs from "
                      "{} of {}. Copy the file again from where it was made; where the change "
                      "was meant, delete that attribute",
                      file.path(), digest_attribute, model));
}

}  // namespace nmc
