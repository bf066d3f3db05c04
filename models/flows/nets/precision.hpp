#pragma once

namespace nmc {

/// What networks compute in; everything else is in double.
enum class Precision { single, twice };

}  // namespace nmc
