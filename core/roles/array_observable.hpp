#pragma once

#include <string>

#include "core/batch.hpp"

namespace nmc {

/// An array measured on configurations, of which a run keeps the sum over its draws, chain by
/// chain: spectra and correlation functions.
class ArrayObservable {
 public:
  virtual ~ArrayObservable() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  /// Numbers per chain.
  [[nodiscard]] virtual Index size() const = 0;
  /// sums(c, ·) += the array of chain c; sums is (chains, size).
  virtual void add(const Batch& x, Eigen::Ref<Batch> sums) const = 0;
  /// Whether x are the products of pairs of replicas, as of Observable.
  [[nodiscard]] virtual bool is_of_pairs() const { return false; }
};

}  // namespace nmc
