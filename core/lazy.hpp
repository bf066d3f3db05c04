#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <utility>

namespace nmc {

/// A constant that is made when it is first read, by whichever thread comes first: for tables that
/// most runs never look at.
template <class T>
class Lazy {
 public:
  explicit Lazy(std::function<T()> make) : make_(std::move(make)) {}
  [[nodiscard]] const T& operator*() const {
    std::call_once(once_, [this] { value_.emplace(make_()); });
    return *value_;
  }
  [[nodiscard]] const T* operator->() const { return &**this; }

 private:
  std::function<T()> make_;
  mutable std::once_flag once_;
  mutable std::optional<T> value_;
};

}  // namespace nmc
