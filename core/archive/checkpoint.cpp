#include "core/archive/checkpoint.hpp"

#include <filesystem>

#include "core/archive/sealed_file.hpp"

namespace nmc::archive {

namespace fs = std::filesystem;

namespace {

const std::string title = "nmc checkpoint";
const char* const progress_attribute = "progress";

}  // namespace

Checkpoints::Checkpoints(std::string path) : newest_(std::move(path)) {
  fs::path previous(newest_);
  previous.replace_extension(".previous" + previous.extension().string());
  previous_ = previous.string();
}

void Checkpoints::save(const std::string& progress, const std::function<void(File&)>& write) const {
  publish_sealed(
      newest_, title,
      [&](File& file) {
        file.set_attribute("/", progress_attribute, progress);
        write(file);
      },
      [&] {
        // A kill between this rename and the next leaves the previous generation, which is whole.
        if (fs::exists(newest_)) fs::rename(newest_, previous_);
      });
}

LoadedCheckpoint Checkpoints::load() const {
  return load_first_of({newest_, previous_});
}

LoadedCheckpoint Checkpoints::load_previous() const {
  return load_first_of({previous_});
}

LoadedCheckpoint Checkpoints::load_first_of(const std::vector<std::string>& paths) const {
  LoadedCheckpoint loaded;
  for (const std::string& path : paths) {
    if (!fs::exists(path)) continue;
    const std::string reason = damage_of_sealed(path, title);
    if (!reason.empty()) {
      loaded.messages.push_back(path + " is damaged (" + reason + ") and passed over");
      continue;
    }
    loaded.file = File::open(path);
    loaded.progress = loaded.file->string_attribute("/", progress_attribute);
    break;
  }
  if (loaded.messages.empty()) return loaded;
  loaded.messages.back() +=
      loaded.file ? "; going back to " + loaded.file->path() + " at " + loaded.progress +
                        ", what came after it is lost and computed again"
                  : "; no other is left, all progress is lost and the run starts again";
  return loaded;
}

bool Checkpoints::exists() const {
  return fs::exists(newest_) || fs::exists(previous_);
}

void Checkpoints::remove() const {
  fs::remove(newest_);
  fs::remove(previous_);
}

}  // namespace nmc::archive
