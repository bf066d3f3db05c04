#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/archive/file.hpp"

namespace nmc {

/// Names of attributes and of what lies below, that a reader knows of one object of a model file.
struct KnownEntries {
  std::vector<std::string> attributes;
  std::vector<std::string> children{};
};

/// UserError that names what else is there: it may mean another network, and is not understood.
void refuse_others(const archive::File& file, const std::string& object, const KnownEntries& known);

/// UserError unless the dataset is there and has this shape.
void require_shape(const archive::File& file, const std::string& dataset,
                   const archive::Shape& expected);
/// A text attribute that must be there and be one of the choices.
[[nodiscard]] std::string one_of(const archive::File& file, const std::string& object,
                                 const std::string& attribute,
                                 const std::vector<std::string>& choices);

/// 000, 001, … of a group whose entries are numbered; UserError where one is missing or another
/// name is there.
[[nodiscard]] std::vector<std::string> numbered_names(const archive::File& file,
                                                      const std::string& group);

/// Those of the layers of a model, the group `model`. Files of version 2 say how many there are; of
/// version 1 only a gap shows.
[[nodiscard]] std::vector<std::string> layer_names(const archive::File& file,
                                                   const std::string& model);
void write_layer_count(archive::File& file, const std::string& model, std::size_t layers);

/// The SHA-256 of all parameters in their order, of files that say it: one bit or another order of
/// the layers is another.
void write_weights_digest(archive::File& file, const std::string& model,
                          std::span<const double> parameters);
void check_weights_digest(const archive::File& file, const std::string& model,
                          std::span<const double> parameters);

}  // namespace nmc
