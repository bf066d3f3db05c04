#pragma once

namespace nmc {

/// What a configuration's entries are: spins ±1 or real numbers.
enum class Support { spin, real };

}  // namespace nmc
