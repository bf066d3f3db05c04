#include "core/archive/publish.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include "core/archive/seal.hpp"
#include "core/archive/write_error.hpp"
#include "core/errors.hpp"

namespace nmc::archive {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const std::string& path) {
  fail_to_write(path, errno);
}

/// A POSIX file descriptor that is closed when it goes.
class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : id_(::open(path.c_str(), flags, 0666)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (id_ >= 0) ::close(id_);
  }
  [[nodiscard]] bool is_open() const { return id_ >= 0; }
  [[nodiscard]] bool sync() const { return ::fsync(id_) == 0; }
  [[nodiscard]] bool write(const char* bytes, std::size_t size) const {
    while (size > 0) {
      const ssize_t written = ::write(id_, bytes, size);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return false;
      bytes += written;
      size -= static_cast<std::size_t>(written);
    }
    return true;
  }

 private:
  int id_;
};

/// Makes the rename itself durable. Some file systems do not sync directories and say EINVAL.
void sync_directory_of(const std::string& path) {
  const std::string parent = fs::path(path).parent_path().string();
  const Descriptor directory(parent.empty() ? "." : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (!directory.is_open() || (!directory.sync() && errno != EINVAL)) fail(path);
}

void write_text(const std::string& path, const std::string& text) {
  const Descriptor file(path, O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC);
  if (!file.is_open() || !file.write(text.data(), text.size())) fail(path);
}

constexpr int new_file = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
constexpr std::size_t random_digits = 16;
const char* const temporary_end = ".tmp";
const char* const probe_begin = ".probe.";

/// Sixteen hexadecimal digits that nobody can foresee.
std::string random_name() {
  std::array<unsigned char, random_digits> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw UserError(std::string("the kernel gives no random numbers: ") + std::strerror(errno));
  std::string name;
  for (const unsigned char byte : bytes) name += "0123456789abcdef"[byte % 16];
  return name;
}

bool is_random_name(const std::string& name) {
  return name.size() == random_digits &&
         name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// Removes a file unless it is told that it has become the real one. It is made here, so that what
/// writes to it opens a file of this process and follows no link that another has laid.
class Temporary {
 public:
  explicit Temporary(const std::string& path) : name_(path + "." + random_name() + temporary_end) {
    if (!Descriptor(name_, new_file).is_open()) fail(path);
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    if (!is_published_) ::unlink(name_.c_str());
  }
  void rename_to(const std::string& path) {
    if (::rename(name_.c_str(), path.c_str()) != 0) fail(path);
    is_published_ = true;
  }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  std::string name_;
  bool is_published_ = false;
};

void remove_all(const std::vector<fs::path>& made) {
  std::error_code ignored;
  for (const fs::path& directory : made) fs::remove(directory, ignored);
}

}  // namespace

void sync_file(const std::string& path) {
  const Descriptor file(path, O_RDONLY | O_CLOEXEC);
  if (!file.is_open() || !file.sync()) fail(path);
}

void publish(const std::string& path, const std::function<void(const std::string&)>& write) {
  Temporary temporary(path);
  write(temporary.name());
  sync_file(temporary.name());
  temporary.rename_to(path);
  sync_directory_of(path);
}

void publish_file(const std::string& path, const std::function<void(File&)>& write,
                  const std::function<void()>& poll) {
  const std::string directory = fs::path(path).parent_path().string();
  std::error_code ignored;
  if (!directory.empty() && !fs::is_directory(directory, ignored)) fail_to_write(path, ENOENT);
  publish(path, [&](const std::string& temporary) {
    File file = File::create(temporary);
    write(file);
    file.close();
    seal_file(temporary, poll);
  });
}

void publish_text(const std::string& path, const std::string& text) {
  publish(path, [&](const std::string& temporary) { write_text(temporary, text); });
}

bool is_temporary(const std::string& name) {
  if (name.starts_with(probe_begin)) return is_random_name(name.substr(std::strlen(probe_begin)));
  if (!name.ends_with(temporary_end)) return false;
  const std::string stem = name.substr(0, name.size() - std::strlen(temporary_end));
  const std::size_t point = stem.rfind('.');
  return point != std::string::npos && is_random_name(stem.substr(point + 1));
}

void remove_temporaries(const std::string& directory) {
  std::error_code error;
  std::vector<fs::path> left;
  for (auto entry = fs::directory_iterator(directory, error);
       !error && entry != fs::directory_iterator(); entry.increment(error))
    if (is_temporary(entry->path().filename().string())) left.push_back(entry->path());
  remove_all(left);
}

void require_writable_directory(const std::string& directory) {
  const fs::path absolute = fs::absolute(directory);
  std::vector<fs::path> made;  // deepest first, to be taken back where the test fails
  std::error_code error;
  for (fs::path p = absolute; !fs::exists(p, error) && p.has_relative_path(); p = p.parent_path()) {
    made.push_back(p);
  }
  fs::create_directories(absolute, error);
  if (error) {
    remove_all(made);
    if (error.value() == ENOSPC || error.value() == EDQUOT)
      fail_to_write(absolute.string(), error.value());
    throw UserError("cannot make the directory " + directory + ": " + error.message());
  }
  const std::string probe = (absolute / (probe_begin + random_name())).string();
  const std::string page(4096, ' ');  // full disks take empty files
  const Descriptor file(probe, new_file);
  const bool is_written = file.is_open() && file.write(page.data(), page.size()) && file.sync();
  const int reason = errno;
  ::unlink(probe.c_str());
  if (is_written) return;
  remove_all(made);
  fail_to_write((absolute / "").string(), reason);
}

double free_bytes(const std::string& path) {
  std::error_code error;
  const fs::space_info space = fs::space(path, error);
  require(!error, "cannot find the free space at " + path + ": " + error.message());
  return static_cast<double>(space.available);
}

}  // namespace nmc::archive
