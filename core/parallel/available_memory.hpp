#pragma once

namespace nmc {

/// Bytes that this process may still take: what the machine has left, or less where its control
/// group or its limits say so; infinite where nothing does.
[[nodiscard]] double available_memory();

}  // namespace nmc
