#include "core/archive/checkpoint.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/archive/publish.hpp"
#include "core/archive/sha256.hpp"
#include "core/errors.hpp"

namespace nmc::archive {

namespace fs = std::filesystem;

namespace {

constexpr Index user_block = 512;  // the smallest that HDF5 knows
const std::string magic = "nmc checkpoint, sha256 of what follows byte 512: ";
constexpr std::size_t digest_length = 64;
const char* const progress_attribute = "progress";

void write_digest(const std::string& path) {
  const std::string line = magic + sha256_of_file(path, user_block) + "\n";
  errno = 0;
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.write(line.data(), static_cast<std::streamsize>(line.size()));
  file.close();
  if (file) return;
  if (errno == ENOSPC) throw Interrupted("no space left for " + path + "; free some and run again");
  throw UserError("cannot write " + path + ": " + std::strerror(errno));
}

/// What is wrong with a checkpoint; empty if it is whole.
std::string damage(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string head(magic.size() + digest_length, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  if (!file || !head.starts_with(magic)) return "it does not begin like a checkpoint";
  std::error_code ignored;
  if (fs::file_size(path, ignored) <= static_cast<std::uintmax_t>(user_block)) {
    return "it ends after its first lines";
  }
  if (head.substr(magic.size()) != sha256_of_file(path, user_block)) return "its checksum differs";
  return "";
}

}  // namespace

Checkpoints::Checkpoints(std::string path) : newest_(std::move(path)) {
  fs::path previous(newest_);
  previous.replace_extension(".previous" + previous.extension().string());
  previous_ = previous.string();
}

void Checkpoints::save(const std::string& progress, const std::function<void(File&)>& write) const {
  publish(newest_, [&](const std::string& temporary) {
    File file = File::create(temporary, user_block);
    file.set_attribute("/", progress_attribute, progress);
    write(file);
    file.close();
    write_digest(temporary);
    // A kill between this rename and the next leaves the previous generation, which is whole.
    if (fs::exists(newest_)) fs::rename(newest_, previous_);
  });
}

LoadedCheckpoint Checkpoints::load() const {
  LoadedCheckpoint loaded;
  for (const std::string& path : {newest_, previous_}) {
    if (!fs::exists(path)) continue;
    const std::string reason = damage(path);
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
