#pragma once

#include <functional>
#include <string>

#include "core/archive/file.hpp"

/// A file appears whole or not at all: written under a temporary name in the same directory,
/// synced, renamed. A writer that throws leaves the old file as it was and no temporary behind.
/// Unwritable directories are UserError, a full disk is Interrupted.
namespace nmc::archive {

/// `write` creates the file whose name it is given.
void publish(const std::string& path, const std::function<void(const std::string&)>& write);

/// The same for an HDF5 file, created, closed and sealed here (seal.hpp); `poll` is called while it
/// is sealed, and may throw.
void publish_file(const std::string& path, const std::function<void(File&)>& write,
                  const std::function<void()>& poll = {});

/// The same for text (JSON, INI, HTML).
void publish_text(const std::string& path, const std::string& text);

/// Waits until what was written to a file so far is on the disk.
void sync_file(const std::string& path);

/// Whether a file's name is one that a writer had not renamed yet: NAME.0123456789abcdef.tmp, where
/// the digits are random; or one of require_writable_directory().
[[nodiscard]] bool is_temporary(const std::string& name);

/// Removes what killed writers left in a directory, which need not be there. For who has it alone.
void remove_temporaries(const std::string& directory);

/// Throws UserError unless files can be made in `directory`, which is created with its parents.
void require_writable_directory(const std::string& directory);

/// Bytes that are free for this user on the file system of an existing path.
[[nodiscard]] double free_bytes(const std::string& path);

}  // namespace nmc::archive
