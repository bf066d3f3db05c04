#pragma once

#include <memory>

#include "core/archive/file.hpp"
#include "models/autoregressive/bernoulli_mixture.hpp"
#include "models/autoregressive/recurrent_model.hpp"

namespace nmc {

/// The group /model of recurrent networks and of mixtures of independent spins; layout in
/// docs/model-file.md.
void write_recurrent(archive::File& file, const RecurrentModel& model);
void write_mixture(archive::File& file, const BernoulliMixture& model);

/// Throw UserError, with the file and the object named, when something is missing or does not fit.
[[nodiscard]] std::unique_ptr<RecurrentModel> read_recurrent(const archive::File& file);
[[nodiscard]] std::unique_ptr<BernoulliMixture> read_mixture(const archive::File& file);

}  // namespace nmc
