#pragma once

#include <cstddef>
#include <new>

namespace nmc {

/// Numbers that begin where the kernels of tiles ask for it; not filled.
template <class T>
class AlignedRows {
 public:
  explicit AlignedRows(std::size_t count)
      : data_(static_cast<T*>(::operator new(count * sizeof(T), kAlignment))) {}
  ~AlignedRows() { ::operator delete(data_, kAlignment); }
  AlignedRows(const AlignedRows&) = delete;
  AlignedRows& operator=(const AlignedRows&) = delete;
  [[nodiscard]] T* get() const { return data_; }

 private:
  static constexpr std::align_val_t kAlignment{64};
  T* data_;
};

}  // namespace nmc
