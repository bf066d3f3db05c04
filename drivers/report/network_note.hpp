#pragma once

#include <string>
#include <vector>

#include "core/archive/file.hpp"
#include "drivers/report/finding.hpp"

namespace nmc::drivers {

/// What a reader should know of a network that was read from a file and is not quite what the job
/// says: as a proposal it is right, and may be poor.
struct NetworkNote {
  std::string check;  ///< "network_couplings", "network_system" or "network_keys"
  std::string message;
};
using NetworkNotes = std::vector<NetworkNote>;

/// One attribute of /provenance/network for each; no group where there are none.
void write_notes(archive::File& file, const NetworkNotes& notes);
[[nodiscard]] NetworkNotes read_notes(const archive::File& file);

/// A warning of each, of lnZ and of all that the chains measured.
[[nodiscard]] Findings judge_notes(const NetworkNotes& notes);

}  // namespace nmc::drivers
