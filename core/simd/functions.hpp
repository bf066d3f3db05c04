#pragma once

#include <span>

namespace nmc::simd {

// Elementwise functions through run-time SIMD dispatch. in and out have equal length and may be the
// same array. Each element's result does not depend on its position or on the array's length.
// Errors (ulp, measured by tests/core/simd/functions_test.cpp) are stated beside each function.

void exp(std::span<const double> in, std::span<double> out);       ///< <= 2 ulp
void log(std::span<const double> in, std::span<double> out);       ///< <= 2 ulp, in > 0
void tanh(std::span<const double> in, std::span<double> out);      ///< <= 4 ulp
void log_cosh(std::span<const double> in, std::span<double> out);  ///< <= 4 ulp or 1.2e-16 absolute
void softplus(std::span<const double> in, std::span<double> out);  ///< ln(1 + e^x), <= 4 ulp
void sigmoid(std::span<const double> in, std::span<double> out);   ///< 1/(1 + e^-x), <= 4 ulp
void elu(std::span<const double> in,
         std::span<double> out);  ///< x > 0 ? x : e^x - 1; <= 2.3e-16 absolute
/// out = ln cosh(in) and tanh_out = tanh(in) in one pass; all three of equal length.
void log_cosh_tanh(std::span<const double> in, std::span<double> out, std::span<double> tanh_out);

// Float: the same bounds in float ulp; log_cosh 6e-8 and elu 1.8e-7 absolute.
void exp(std::span<const float> in, std::span<float> out);
void log(std::span<const float> in, std::span<float> out);
void tanh(std::span<const float> in, std::span<float> out);
void log_cosh(std::span<const float> in, std::span<float> out);
void softplus(std::span<const float> in, std::span<float> out);
void sigmoid(std::span<const float> in, std::span<float> out);
void elu(std::span<const float> in, std::span<float> out);

/// Name of the instruction set in use ("AVX3", "AVX2", "SSE4", …).
[[nodiscard]] const char* target_name();

}  // namespace nmc::simd
