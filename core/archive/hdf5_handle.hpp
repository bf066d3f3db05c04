#pragma once

#include <hdf5.h>

#include <string>
#include <utility>
#include <vector>

#include "core/archive/array.hpp"

/// For the .cpp files of this folder alone: ownership of HDF5 identifiers, and errors.
namespace nmc::archive::hdf5 {

/// An HDF5 identifier that is closed when it goes.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Handle(hid_t id, Close close) : id_(id), close_(close) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle& operator=(Handle&&) = delete;
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  /// What is still cached is written here: false where that fails.
  [[nodiscard]] bool close() { return close_(std::exchange(id_, -1)) >= 0; }
  [[nodiscard]] bool is_valid() const { return id_ >= 0; }
  operator hid_t() const { return id_; }  // NOLINT(google-explicit-constructor)

 private:
  hid_t id_;
  Close close_;
};

/// Throws for a failed write: Interrupted where the disk is full, else UserError. errno tells
/// which, so set it to 0 before the write.
[[noreturn]] void fail_to_write(const std::string& file, const std::string& what);

[[nodiscard]] Kind kind_of(hid_t type);
[[nodiscard]] Handle make_space(const Shape& shape);
[[nodiscard]] Shape shape_of(hid_t space);
/// Variable-length UTF-8 text.
[[nodiscard]] Handle text_type();
/// "/a/b" → "b".
[[nodiscard]] std::string last_name(const std::string& object);
/// Splits what fixed-length or variable-length strings of HDF5 hold into std::strings. `read` fills
/// the buffer with the memory type it is given, as H5Dread and H5Aread do.
template <class Read>
std::vector<std::string> read_text(hid_t type, hid_t space, const Read& read);

template <class Read>
std::vector<std::string> read_text(hid_t type, hid_t space, const Read& read) {
  const auto count = static_cast<std::size_t>(H5Sget_simple_extent_npoints(space));
  std::vector<std::string> texts;
  if (H5Tis_variable_str(type) > 0) {
    std::vector<char*> pointers(count, nullptr);
    const Handle memory(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(memory, H5T_VARIABLE);
    H5Tset_cset(memory, H5Tget_cset(type));
    if (!read(memory, pointers.data())) return {};
    for (const char* text : pointers) texts.emplace_back(text == nullptr ? "" : text);
    H5Dvlen_reclaim(memory, space, H5P_DEFAULT, pointers.data());
    return texts;
  }
  const std::size_t width = H5Tget_size(type);
  std::string buffer(count * width, '\0');
  if (!read(type, buffer.data())) return {};
  for (std::size_t i = 0; i < count; ++i) {
    std::string text = buffer.substr(i * width, width);
    text = text.substr(0, text.find('\0'));
    if (H5Tget_strpad(type) == H5T_STR_SPACEPAD) text.erase(text.find_last_not_of(' ') + 1);
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace nmc::archive::hdf5
