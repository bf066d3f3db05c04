#pragma once

#include <string>
#include <vector>

namespace nmc::archive {
class File;
}

/// Shared libraries whose registrations join the catalogue (docs/own.md,
/// docs/decisions/0012-plug-ins.md).
namespace nmc::drivers {

/// What a plug-in must have been built for: version, revision, compiler and what headers depend on.
/// Its stamp is "neuralmc plug-in for: " and this, a string in the file.
[[nodiscard]] std::string plugin_build();

/// Takes `--plugin FILE` and `--plugin=FILE` off the front of the words of a command line, and
/// loads them in order. UserError, before any of its code runs, for a file that is no plug-in of
/// this build; before the catalogue is read.
void load_plugins(std::vector<std::string>& words);

/// A script that registers something, with its SHA-256 as it is now; one that is given again is
/// read again. What is no file (an interpreter's own input) is passed over.
void note_script(const std::string& path);

/// Writes path and SHA-256 of plug-ins and scripts below /provenance/plugins.
void write_plugins(archive::File& file);

}  // namespace nmc::drivers
