#pragma once

#include "core/spins/spins.hpp"

/// Conversions between layouts, 64 spins at a time.
namespace nmc::spins_detail {

/// Copies bytes to words, or words to bytes, of two batches of the same shape; `other` is lanes or
/// strips.
void to_words(const Spins& bytes, Spins& other);
void to_bytes(const Spins& other, Spins& bytes);

}  // namespace nmc::spins_detail
