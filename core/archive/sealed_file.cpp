#include "core/archive/sealed_file.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "core/archive/publish.hpp"
#include "core/archive/sha256.hpp"
#include "core/archive/write_error.hpp"

namespace nmc::archive {

namespace fs = std::filesystem;

namespace {

constexpr Index user_block = 512;  // the smallest that HDF5 knows
constexpr std::size_t digest_length = 64;

std::string magic_of(const std::string& title) {
  return title + ", sha256 of what follows byte 512: ";
}

void write_digest(const std::string& path, const std::string& title) {
  std::error_code error;
  // Its directory may have been removed since it was written.
  if (!fs::exists(path, error)) fail_to_write(path, error ? error.value() : ENOENT, "its checksum");
  const std::string line = magic_of(title) + sha256_of_file(path, user_block) + "\n";
  errno = 0;
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.write(line.data(), static_cast<std::streamsize>(line.size()));
  file.close();
  if (!file) fail_to_write(path, errno, "its checksum");
}

std::string first_bytes(const std::string& path, std::size_t count) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(count, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(count));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

}  // namespace

void publish_sealed(const std::string& path, const std::string& title,
                    const std::function<void(File&)>& write,
                    const std::function<void()>& before_rename) {
  publish(path, [&](const std::string& temporary) {
    File file = File::create(temporary, user_block);
    write(file);
    file.close();
    write_digest(temporary, title);
    if (before_rename) before_rename();
  });
}

std::string damage_of_sealed(const std::string& path, const std::string& title) {
  const std::string magic = magic_of(title);
  const std::string head = first_bytes(path, magic.size() + digest_length);
  if (head.size() != magic.size() + digest_length || !head.starts_with(magic))
    return "it does not begin like a " + title.substr(title.find(' ') + 1);
  std::error_code ignored;
  if (fs::file_size(path, ignored) <= static_cast<std::uintmax_t>(user_block))
    return "it ends after its first lines";
  if (head.substr(magic.size()) != sha256_of_file(path, user_block)) return "its checksum differs";
  return "";
}

}  // namespace nmc::archive
