#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "core/parallel/ranks.hpp"

namespace nmc {

/// Ranks that work apart tell each other something, and nobody waits for anybody: a rank rings, the
/// others hear of it when they listen.
class Bell {
 public:
  enum class Sound : std::size_t { idle, stop };

  /// Collective.
  explicit Bell(const Ranks& ranks);
  ~Bell();
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  /// Heard by all, this one included; once per rank and sound.
  void ring(Sound sound);
  /// How many ranks have rung with it by now.
  [[nodiscard]] int heard(Sound sound);
  /// Waits, asleep, for all ranks to get here, and ends the life of the bell: what was rung before
  /// is heard then. Collective.
  void finish();

 private:
  void listen();
  struct Messages;
  std::unique_ptr<Messages> messages_;  ///< none where there is one rank
  std::array<int, 2> heard_{};
  std::array<int, 2> rung_{};  ///< by this rank
};

}  // namespace nmc
