#include "core/archive/hdf5_probe.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <vector>

#include "core/archive/hdf5_handle.hpp"
#include "core/errors.hpp"

namespace nmc::archive::hdf5 {
namespace {

constexpr hssize_t most_bytes = hssize_t{64} << 20;
constexpr unsigned most_seconds = 600;

/// Reads what every object of a file holds, and forgets it. Runs in the child alone.
class Walk {
 public:
  void visit(hid_t object) {
    if (--objects_left_ < 0) return;
    H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, read_attribute, nullptr);
    const H5I_type_t type = H5Iget_type(object);
    if (type == H5I_DATASET) read_dataset(object);
    if (type != H5I_GROUP || depth_ == most_depth) return;
    ++depth_;
    H5Literate(object, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, visit_link, this);
    --depth_;
  }

 private:
  static constexpr int most_depth = 32;

  static herr_t visit_link(hid_t group, const char* name, const H5L_info_t* /*info*/, void* walk) {
    const Handle object(H5Oopen(group, name, H5P_DEFAULT), H5Oclose);
    if (object.is_valid()) static_cast<Walk*>(walk)->visit(object);
    return 0;
  }

  static herr_t read_attribute(hid_t object, const char* name, const H5A_info_t* /*info*/,
                               void* /*data*/) {
    const Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose);
    if (!attribute.is_valid()) return 0;
    const Handle type(H5Aget_type(attribute), H5Tclose), space(H5Aget_space(attribute), H5Sclose);
    read(type, space, [&](hid_t memory, void* buffer) { H5Aread(attribute, memory, buffer); });
    return 0;
  }

  static void read_dataset(hid_t dataset) {
    const Handle type(H5Dget_type(dataset), H5Tclose), space(H5Dget_space(dataset), H5Sclose);
    read(type, space, [&](hid_t memory, void* buffer) {
      H5Dread(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer);
    });
  }

  template <class Read>
  static void read(hid_t type, hid_t space, const Read& read_into) {
    const Handle memory(H5Tget_native_type(type, H5T_DIR_DEFAULT), H5Tclose);
    const hssize_t points = H5Sget_simple_extent_npoints(space);
    const auto size = static_cast<hssize_t>(H5Tget_size(memory));
    if (!memory.is_valid() || points <= 0 || size <= 0 || points > most_bytes / size) return;
    std::vector<char> buffer(static_cast<std::size_t>(points * size));
    read_into(memory, buffer.data());
  }

  int objects_left_ = 100'000, depth_ = 0;
};

[[noreturn]] void read_in_child(const std::string& path) {
  // The default action of each, so that the library's end is the child's.
  for (const int number : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGALRM, SIGTERM, SIGINT})
    std::signal(number, SIG_DFL);
  ::alarm(most_seconds);
  try {
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file >= 0) {
      const Handle root(H5Gopen2(file, "/", H5P_DEFAULT), H5Gclose);
      if (root.is_valid()) Walk().visit(root);
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
  require(!WIFSIGNALED(status) || WTERMSIG(status) == SIGTERM || WTERMSIG(status) == SIGINT,
          path +
              " is damaged: the HDF5 library fails on it. Copy it again from where it was made, "
              "or make it again");
}

}  // namespace nmc::archive::hdf5
