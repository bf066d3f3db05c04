#include "core/archive/hdf5_probe.hpp"

#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <vector>

#include "core/archive/hdf5_foreign.hpp"
#include "core/archive/hdf5_handle.hpp"
#include "core/errors.hpp"

namespace nmc::archive::hdf5 {
namespace {

constexpr hssize_t most_bytes = hssize_t{64} << 20;
constexpr unsigned most_seconds = 600;

// A length of zero where the library goes from one to the next lets it go round for ever. What is
// whole costs it far less: a share for any object, and the bytes at 4 MB/s, twenty times slower
// than it unpacks.
constexpr double seconds_of_any = 0.25;
constexpr double bytes_per_second = 4e6;
constexpr double most_of_file = 256e6;

// What the child ends with where the library cannot go through a group or attributes: its way out
// of that frees what it never had, which may end one process and spare the next.
constexpr int cannot_list = 3;

/// Lets SIGPROF end the process after this much CPU time from now.
void limit_cpu(double seconds) {
  itimerval timer{};
  timer.it_value.tv_sec = static_cast<time_t>(seconds);
  timer.it_value.tv_usec =
      static_cast<suseconds_t>(1e6 * (seconds - static_cast<double>(timer.it_value.tv_sec)));
  ::setitimer(ITIMER_PROF, &timer, nullptr);
}

/// Reads what every object of a file holds, and forgets it. Runs in the child alone.
class Walk {
 public:
  /// `file_seconds` of CPU time any object may take that has the whole file to look through.
  explicit Walk(double file_seconds) : file_seconds_(file_seconds) {}

  void visit(hid_t object) {
    if (--objects_left_ < 0) return;
    expect_bytes(0);
    require_listed(
        H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, read_attribute, this));
    const H5I_type_t type = H5Iget_type(object);
    if (type == H5I_DATASET) read_dataset(object);
    if (type != H5I_GROUP || depth_ == most_depth) return;
    ++depth_;
    require_listed(H5Literate(object, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, visit_link, this));
    --depth_;
  }

 private:
  static constexpr int most_depth = 32;

  static void require_listed(herr_t status) {
    if (status < 0) ::_exit(cannot_list);
  }

  static herr_t visit_link(hid_t group, const char* name, const H5L_info_t* info, void* walk) {
    if (info->type != H5L_TYPE_HARD) return 0;  // elsewhere in this file, or in another one
    const Handle object(H5Oopen(group, name, H5P_DEFAULT), H5Oclose);
    if (object.is_valid()) static_cast<Walk*>(walk)->visit(object);
    return 0;
  }

  static herr_t read_attribute(hid_t object, const char* name, const H5A_info_t* /*info*/,
                               void* walk) {
    auto& self = *static_cast<Walk*>(walk);
    if (--self.objects_left_ < 0) return 0;
    self.expect_bytes(0);
    const Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose);
    if (!attribute.is_valid()) return 0;
    const Handle type(H5Aget_type(attribute), H5Tclose), space(H5Aget_space(attribute), H5Sclose);
    self.read(type, space, [&](hid_t memory, void* buffer) { H5Aread(attribute, memory, buffer); });
    return 0;
  }

  void read_dataset(hid_t dataset) {
    if (is_foreign_dataset(dataset)) return;
    H5Dget_storage_size(dataset);  // asked again where it is read
    const Handle type(H5Dget_type(dataset), H5Tclose), space(H5Dget_space(dataset), H5Sclose);
    read(type, space, [&](hid_t memory, void* buffer) {
      H5Dread(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer);
    });
  }

  void expect_bytes(double bytes) const {
    limit_cpu(seconds_of_any + file_seconds_ + bytes / bytes_per_second);
  }

  template <class Read>
  void read(hid_t type, hid_t space, const Read& read_into) const {
    const Handle memory(H5Tget_native_type(type, H5T_DIR_DEFAULT), H5Tclose);
    const hssize_t points = H5Sget_simple_extent_npoints(space);
    const auto size = static_cast<hssize_t>(H5Tget_size(memory));
    if (!memory.is_valid() || points <= 0 || size <= 0 || points > most_bytes / size) return;
    expect_bytes(static_cast<double>(points * size));
    std::vector<char> buffer(static_cast<std::size_t>(points * size));
    read_into(memory, buffer.data());
  }

  double file_seconds_;
  int objects_left_ = 100'000, depth_ = 0;
};

[[noreturn]] void read_in_child(const std::string& path) {
  // The default action of each, so that the library's end is the child's.
  for (const int number : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGALRM, SIGPROF, SIGTERM, SIGINT})
    std::signal(number, SIG_DFL);
  ::alarm(most_seconds);
  std::error_code ignored;
  const auto length = static_cast<double>(std::filesystem::file_size(path, ignored));
  const double file_seconds = std::min(length, most_of_file) / bytes_per_second;
  limit_cpu(seconds_of_any + file_seconds);
  try {
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file >= 0) {
      const Handle root(H5Gopen2(file, "/", H5P_DEFAULT), H5Gclose);
      if (root.is_valid()) Walk(file_seconds).visit(root);
      H5Fclose(file);
    }
  } catch (...) {  // memory for what a damaged length asked for
  }
  ::_exit(0);
}

}  // namespace

void require_survivable(const std::string& path) {
  const pid_t child = ::fork();
  if (child == 0) read_in_child(path);
  if (child < 0) return;  // no process to spare: the file is read unprobed
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return;
  const bool is_stopped =
      WIFSIGNALED(status) && (WTERMSIG(status) == SIGTERM || WTERMSIG(status) == SIGINT);
  require(is_stopped || (WIFEXITED(status) && WEXITSTATUS(status) == 0),
          path +
              " is damaged: the HDF5 library fails on it. Copy it again from where it was made, "
              "or make it again");
}

bool begins_as_plain_hdf5(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(8, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return file && bytes == "\x89HDF\r\n\x1a\n";
}

}  // namespace nmc::archive::hdf5
