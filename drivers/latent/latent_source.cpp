#include "drivers/latent/latent_source.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "core/errors.hpp"
#include "models/flows/map/bijector_flow.hpp"

namespace nmc::drivers::latent {
namespace {

namespace fs = std::filesystem;

std::string instead_of_latents(const Trainable& model) {
  const bool is_drawn_in_order = model.abilities().tokens != nullptr;
  return fmt::format(
      "is a network of spins and has no latent variables: no levels, receptive fields or walks. "
      "{}Its draws can be blocked as those of any sampler (nmc rg JOB), and nmc report has its "
      "quality",
      is_drawn_in_order ? "The information between halves of the lattice can be had, by its "
                          "conditionals (nmc latent MODEL.h5 --halves). "
                        : "");
}

}  // namespace

std::string model_in(const std::string& path) {
  if (!fs::is_directory(path)) return path;
  const fs::path model = fs::path(path) / "model.h5";
  require(fs::exists(model),
          fmt::format("{} holds no network of its own (model.h5): train one, or give the file that "
                      "its job names as model.file",
                      path));
  return model.string();
}

std::vector<Index> Source::extents() const {
  if (has_target() && system().has_lattice) return system().extents;
  return {flow().sites()};
}

LatentMap Source::map() const {
  // Only this type knows its layers; a user's flow is a function.
  const BijectorFlow* const layered = as_layers(network.flow);
  return layered != nullptr ? layered->latent_map() : unstructured_map(flow().sites());
}

Source find_source(const std::string& path, const std::vector<GivenOption>& given) {
  Source source;
  source.model = model_in(path);
  const fs::path parent = fs::path(source.model).parent_path();
  source.directory = parent.empty() ? "." : parent.string();
  source.network = load_network(source.model, given);
  source.given = given;
  require(source.network.flow != nullptr,
          fmt::format("{} {}", source.model, instead_of_latents(*source.network.file.model)));
  return source;
}

}  // namespace nmc::drivers::latent
