add_library(nmc_warnings INTERFACE)
target_compile_options(nmc_warnings INTERFACE -Wall -Wextra -Wpedantic)
# -Wmaybe-uninitialized is off: GCC 12 reports it falsely inside Eigen 3.4. So does it report writes
# out of bounds inside std::string once operator+ is inlined (GCC bug 105651 and its duplicates).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(nmc_warnings INTERFACE -Werror -Wno-maybe-uninitialized)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(nmc_warnings INTERFACE -Wno-array-bounds -Wno-restrict
                                                -Wno-stringop-overflow)
endif()
if(NMC_SANITIZE)
  # Kernels are instrumented for the baseline alone: each instruction set takes minutes to compile.
  add_compile_definitions(HWY_COMPILE_ONLY_STATIC NMC_SANITIZED)
  # Without these Highway has no instruction set and emulates one.
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    add_compile_options(-msse4.2 -maes -mpclmul)
  endif()
  add_compile_options(-fsanitize=address,undefined -fno-omit-frame-pointer
                      -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined)
endif()
