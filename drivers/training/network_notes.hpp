#pragma once

#include <string>

#include "drivers/job/job.hpp"
#include "drivers/report/network_note.hpp"
#include "models/file/model_file.hpp"

namespace nmc::drivers {

/// The first coupling of one graph that the other does not have; empty where they are the same.
[[nodiscard]] std::string coupling_difference(const Graph& network, const Graph& system);

/// What to tell the user where a network of a file was trained on other couplings or at another
/// temperature, or is not what the keys of [model] describe, and may be used all the same: as a
/// proposal it is right and may be poor. Empty where there is nothing to say.
[[nodiscard]] NetworkNotes network_notes(const std::string& path, const ModelFile& file,
                                         const Job& job, const System& system);

}  // namespace nmc::drivers
