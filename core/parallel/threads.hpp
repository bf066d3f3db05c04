#pragma once

#include <functional>

#include "core/batch.hpp"

namespace nmc {

/// The threads of one rank. Functions are run on whole chunks; nothing below the chunk is parallel.
class Threads {
 public:
  /// `count` >= 1; one thread where the program is built without OpenMP.
  explicit Threads(int count = 1);
  [[nodiscard]] int count() const { return count_; }

  /// Runs task(0) … task(tasks - 1), each once, on any thread. Tasks write to places of their own.
  /// Where tasks throw, the exception of the lowest one is thrown here, after all have ended.
  void for_each(Index tasks, const std::function<void(Index)>& task) const;

 private:
  int count_;
};

}  // namespace nmc
