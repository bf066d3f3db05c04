add_library(nmc_warnings INTERFACE)
# -Wmaybe-uninitialized is off: GCC 12 reports it falsely inside Eigen 3.4.
target_compile_options(nmc_warnings INTERFACE -Wall -Wextra -Wpedantic -Werror
                                              -Wno-maybe-uninitialized)
if(NMC_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-omit-frame-pointer
                      -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined)
endif()
