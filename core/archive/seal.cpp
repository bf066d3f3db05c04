#include "core/archive/seal.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "core/archive/hdf5_handle.hpp"
#include "core/archive/large_datasets.hpp"
#include "core/archive/write_error.hpp"
#include "core/errors.hpp"

namespace nmc::archive {
namespace {

constexpr std::uint64_t kBlock = std::uint64_t{1} << 20;
constexpr std::array<char, 16> kSealMark{'n', 'm', 'c', ' ', 's', 'e', 'a', 'l',
                                         ' ', 'v', '1', ' ', 'x', 'x', 'h', '\n'};

/// The last bytes of a sealed file; before them the hash of every block, then the large ranges.
struct Footer {
  std::array<char, 16> mark = kSealMark;
  std::uint64_t block = kBlock;
  std::uint64_t length = 0;  ///< of what HDF5 reads
  std::uint64_t ranges = 0;
  std::uint64_t hash = 0;  ///< of the table and of this footer with a hash of 0
};
static_assert(sizeof(Footer) == 48);

struct Seal {
  std::string path;
  Footer footer;
  std::vector<std::uint64_t> hashes{};  ///< of blocks
  std::vector<ByteRange> large{};
  std::vector<bool> is_checked{};
};

[[noreturn]] void fail_damaged(const std::string& path) {
  throw UserError(path +
                  " is damaged: it is not what was written, by its checksums. Copy it again from "
                  "where it was made, or make it again");
}

class OpenBytes {
 public:
  OpenBytes(const std::string& path, int flags)
      : path_(path), id_(::open(path.c_str(), flags | O_CLOEXEC)) {
    if (id_ < 0 && (flags & O_RDWR) != 0) fail_to_write(path, errno, "the checksums");
    if (id_ < 0) throw UserError(path + " cannot be read: " + std::strerror(errno));
  }
  OpenBytes(const OpenBytes&) = delete;
  OpenBytes& operator=(const OpenBytes&) = delete;
  ~OpenBytes() { ::close(id_); }

  [[nodiscard]] std::uint64_t size() const {
    return static_cast<std::uint64_t>(std::max<off_t>(0, ::lseek(id_, 0, SEEK_END)));
  }

  /// As many of them as there are.
  std::size_t read(std::uint64_t first, std::span<unsigned char> bytes) const {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t got =
          ::pread(id_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(first + done));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

  void append(std::span<const unsigned char> bytes) const {
    const std::uint64_t first = size();
    for (std::size_t done = 0; done < bytes.size();) {
      const ssize_t put =
          ::pwrite(id_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(first + done));
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) hdf5::fail_to_write(path_, "the checksums");
      done += static_cast<std::size_t>(put);
    }
  }

 private:
  std::string path_;
  int id_;
};

std::uint64_t block_count(std::uint64_t length) {
  return (length + kBlock - 1) / kBlock;
}

template <class Item>
void add_bytes(std::span<const Item> items, std::vector<unsigned char>& bytes) {
  const std::size_t before = bytes.size();
  bytes.resize(before + items.size_bytes());
  if (!items.empty()) std::memcpy(bytes.data() + before, items.data(), items.size_bytes());
}

// XXH64: several GB/s, against damage and not against forgery.
std::uint64_t hash_of(std::span<const unsigned char> bytes) {
  return XXH64(bytes.data(), bytes.size(), 0);
}

// Table and footer as they lie in the file, with the hash in its place.
std::vector<unsigned char> bytes_of(const Seal& seal) {
  std::vector<unsigned char> bytes;
  add_bytes<std::uint64_t>(seal.hashes, bytes);
  add_bytes<ByteRange>(seal.large, bytes);
  Footer footer = seal.footer;
  footer.hash = 0;
  add_bytes<Footer>({&footer, 1}, bytes);
  const std::uint64_t hash = hash_of(bytes);
  std::memcpy(bytes.data() + bytes.size() - sizeof(hash), &hash, sizeof(hash));
  return bytes;
}

std::uint64_t hash_of_block(const OpenBytes& file, const Footer& footer, std::uint64_t block,
                            std::vector<unsigned char>& buffer) {
  const std::uint64_t first = block * kBlock;
  buffer.resize(static_cast<std::size_t>(std::min(kBlock, footer.length - first)));
  buffer.resize(file.read(first, buffer));
  return hash_of(buffer);
}

// Nothing where the file does not end as a sealed one.
std::optional<Seal> read_seal(const std::string& path, const OpenBytes& file) {
  Seal seal{path, {}};
  const std::uint64_t size = file.size();
  if (size < sizeof(Footer)) return std::nullopt;
  std::array<unsigned char, sizeof(Footer)> end{};
  if (file.read(size - sizeof(Footer), end) != end.size()) return std::nullopt;
  std::memcpy(&seal.footer, end.data(), end.size());
  const Footer& footer = seal.footer;
  if (footer.mark != kSealMark) return std::nullopt;
  const std::uint64_t rest = size - sizeof(Footer);
  if (footer.block != kBlock || footer.length > rest || footer.ranges > rest) fail_damaged(path);
  const std::uint64_t blocks = block_count(footer.length);
  if (footer.length + blocks * sizeof(std::uint64_t) + footer.ranges * sizeof(ByteRange) != rest)
    fail_damaged(path);
  std::vector<unsigned char> table(static_cast<std::size_t>(size - footer.length));
  if (file.read(footer.length, table) != table.size()) fail_damaged(path);
  seal.hashes.resize(static_cast<std::size_t>(blocks));
  seal.large.resize(static_cast<std::size_t>(footer.ranges));
  if (blocks > 0) std::memcpy(seal.hashes.data(), table.data(), seal.hashes.size() * 8);
  if (footer.ranges > 0)
    std::memcpy(seal.large.data(), table.data() + seal.hashes.size() * 8,
                seal.large.size() * sizeof(ByteRange));
  if (bytes_of(seal) != table) fail_damaged(path);
  seal.is_checked.assign(seal.hashes.size(), false);
  return seal;
}

void check_blocks(const OpenBytes& file, Seal& seal, std::uint64_t first, std::uint64_t end) {
  std::vector<unsigned char> buffer;
  for (std::uint64_t block = first; block < end; ++block) {
    const auto place = static_cast<std::size_t>(block);
    if (seal.is_checked[place]) continue;
    if (hash_of_block(file, seal.footer, block, buffer) != seal.hashes[place])
      fail_damaged(seal.path);
    seal.is_checked[place] = true;
  }
}

// What does not lie within a large dataset.
void check_small(const OpenBytes& file, Seal& seal) {
  std::vector<bool> is_left(seal.hashes.size(), false);
  for (const ByteRange& range : seal.large)
    for (std::uint64_t block = block_count(range.first);
         (block + 1) * kBlock <= range.first + range.count && block < is_left.size(); ++block)
      is_left[static_cast<std::size_t>(block)] = true;
  for (std::size_t block = 0; block < is_left.size(); ++block)
    if (!is_left[block]) check_blocks(file, seal, block, block + 1);
}

/// The seals of the files that are open.
class Seals {
 public:
  void add(std::int64_t file, Seal seal) {
    const std::lock_guard lock(mutex_);
    seals_.insert_or_assign(file, std::move(seal));
  }
  void remove(std::int64_t file) {
    const std::lock_guard lock(mutex_);
    seals_.erase(file);
  }
  void check(std::int64_t file, std::uint64_t first, std::uint64_t count) {
    const std::lock_guard lock(mutex_);
    const auto found = seals_.find(file);
    if (found == seals_.end() || count == 0) return;
    Seal& seal = found->second;
    const std::uint64_t end =
        std::min<std::uint64_t>(block_count(first + count), seal.hashes.size());
    const auto begin_of = [&](std::uint64_t block) {
      return seal.is_checked.begin() + static_cast<std::ptrdiff_t>(block);
    };
    const std::uint64_t begin = std::min(first / kBlock, end);
    if (std::find(begin_of(begin), begin_of(end), false) == begin_of(end)) return;
    check_blocks(OpenBytes(seal.path, O_RDONLY), seal, begin, end);
  }

 private:
  std::mutex mutex_;
  std::map<std::int64_t, Seal> seals_;
};

Seals& seals() {
  static Seals instance;
  return instance;
}

}  // namespace

void seal_file(const std::string& path, const std::function<void()>& poll) {
  Seal seal{path, {}};
  seal.large = large_datasets(path);
  const OpenBytes file(path, O_RDWR);
  seal.footer.length = file.size();
  seal.footer.ranges = seal.large.size();
  std::vector<unsigned char> buffer;
  for (std::uint64_t block = 0; block < block_count(seal.footer.length); ++block) {
    if (poll) poll();
    seal.hashes.push_back(hash_of_block(file, seal.footer, block, buffer));
  }
  file.append(bytes_of(seal));
}

bool is_sealed_and_whole(const std::string& path) {
  const OpenBytes file(path, O_RDONLY);
  std::optional<Seal> seal = read_seal(path, file);
  if (!seal) return false;
  check_small(file, *seal);
  return true;
}

void require_whole_file(const std::string& path) {
  const OpenBytes file(path, O_RDONLY);
  if (std::optional<Seal> seal = read_seal(path, file))
    check_blocks(file, *seal, 0, seal->hashes.size());
}

void keep_seal(std::int64_t file, const std::string& path) {
  const OpenBytes bytes(path, O_RDONLY);
  if (std::optional<Seal> seal = read_seal(path, bytes)) seals().add(file, std::move(*seal));
}

void drop_seal(std::int64_t file) {
  seals().remove(file);
}

void require_whole_bytes(std::int64_t file, std::uint64_t first, std::uint64_t count) {
  seals().check(file, first, count);
}

}  // namespace nmc::archive
