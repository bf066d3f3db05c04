#pragma once

#include <memory>
#include <string>
#include <utility>

#include "core/roles/observable.hpp"

namespace nmc {

/// What a user writes for an observable: one number per configuration.
class OwnObservable {
 public:
  virtual ~OwnObservable() = default;
  /// (chains), for x of shape (chains, sites).
  [[nodiscard]] virtual Column measure(const Batch& x) const = 0;
};

/// The same under its name.
class NamedObservable final : public Observable {
 public:
  NamedObservable(std::string name, std::unique_ptr<const OwnObservable> own)
      : name_(std::move(name)), own_(std::move(own)) {}
  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] Column measure(const Batch& x) const override { return own_->measure(x); }

 private:
  std::string name_;
  std::unique_ptr<const OwnObservable> own_;
};

}  // namespace nmc
