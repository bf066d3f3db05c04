#include "core/archive/checkpoint.hpp"

#include <filesystem>
#include <system_error>

#include "core/archive/sealed_file.hpp"
#include "core/archive/write_error.hpp"

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

// The newest has its name at all times, for readers and kills; a damaged one takes no whole one's
// place.
void Checkpoints::keep_newest_as_previous() const {
  if (!fs::exists(newest_)) return;
  if (!is_newest_own_ && !damage_of_sealed(newest_, title).empty()) return;
  std::error_code error;
  fs::remove(previous_, error);
  fs::create_hard_link(newest_, previous_, error);
  if (!error) return;
  // A file system without links: a kill before the next name leaves the previous one alone.
  fs::rename(newest_, previous_, error);
  if (error) fail_to_write(previous_, error.value());
}

void Checkpoints::save(const std::string& progress, const std::function<void(File&)>& write) {
  publish_sealed(
      newest_, title,
      [&](File& file) {
        file.set_attribute("/", progress_attribute, progress);
        write(file);
      },
      [&] { keep_newest_as_previous(); });
  is_newest_own_ = true;
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
