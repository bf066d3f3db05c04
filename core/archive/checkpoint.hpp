#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/archive/file.hpp"

namespace nmc::archive {

/// The newest checkpoint that is whole, and what had to be passed over for it.
struct LoadedCheckpoint {
  std::optional<File> file;           ///< empty: there is none, start from the beginning
  std::string progress;               ///< what was given to save()
  std::vector<std::string> messages;  ///< one per damaged file: what was lost
};

/// Two generations of checkpoint, PATH and PATH with ".previous" before its extension. Each is an
/// HDF5 file whose 512-byte user block holds the SHA-256 of everything after it.
class Checkpoints {
 public:
  /// For instance "runs/dual8/checkpoint.h5".
  explicit Checkpoints(std::string path);
  /// Publishes a new generation; the newest so far becomes the previous one. `progress` is said to
  /// the user when this checkpoint is fallen back upon: "draw 400 of 2000".
  void save(const std::string& progress, const std::function<void(File&)>& write);
  [[nodiscard]] LoadedCheckpoint load() const;
  /// The previous generation alone; no file where there is none that is whole.
  [[nodiscard]] LoadedCheckpoint load_previous() const;
  [[nodiscard]] bool exists() const;
  /// Deletes both, when the run is complete.
  void remove() const;

 private:
  [[nodiscard]] LoadedCheckpoint load_first_of(const std::vector<std::string>& paths) const;
  void keep_newest_as_previous() const;
  std::string newest_;
  std::string previous_;
  bool is_newest_own_ = false;  ///< written here, and so whole
};

}  // namespace nmc::archive
