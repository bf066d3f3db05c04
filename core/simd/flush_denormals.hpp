#pragma once

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace nmc::simd {

/// While it lives, this thread treats subnormal numbers as zero. A symmetrised flow multiplies
/// cotangents by the share of an image, often 1e-40: on many processors each operation on such a
/// number costs a hundred cycles, and below 1e-38 none of them matters beside the others.
class FlushDenormals {
 public:
#if defined(__SSE2__)
  FlushDenormals() : saved_(_mm_getcsr()) {
    _MM_SET_FLUSH_ZERO_MODE(_MM_FLUSH_ZERO_ON);
    _mm_setcsr(_mm_getcsr() | kDenormalsAreZero);
  }
  ~FlushDenormals() {
    _mm_setcsr(saved_);
  }

 private:
  static constexpr unsigned kDenormalsAreZero = 0x0040;  // bit 6 of MXCSR
  unsigned saved_;

 public:
#else
  FlushDenormals() = default;
  ~FlushDenormals() = default;
#endif
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;
};

}  // namespace nmc::simd
