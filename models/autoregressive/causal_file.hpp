#pragma once

#include <memory>

#include "core/archive/file.hpp"
#include "models/autoregressive/causal_model.hpp"

namespace nmc {

/// The group /model of an autoregressive network: everything that its numbers depend on, so that a
/// reader needs no names of architectures. Layout in docs/model-file.md.
void write_causal(archive::File& file, const CausalModel& model);

/// Throws UserError, with the file and the object named, when something is missing or does not fit.
[[nodiscard]] std::unique_ptr<CausalModel> read_causal(const archive::File& file);

}  // namespace nmc
