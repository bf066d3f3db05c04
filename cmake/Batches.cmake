# GCC looks for garbage whenever its heap has grown by a third or so. Batches fill it with templates
# that stay: told to wait, a compilation takes a tenth less time, and 100 MB more memory.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(--param=ggc-min-expand=100 --param=ggc-min-heapsize=400000)
endif()

set(NMC_BATCH 20 CACHE STRING "Files of a batch: more where headers take the time")
option(NMC_BATCH_ROOMS "A room of the library is one batch, for builds that only check" OFF)

# Compiles the sources of a target in batches: one translation unit reads several files of one
# folder, so that headers are parsed once for all of them. Files that Highway compiles once per
# instruction set stay alone. NMC_UNITY=OFF (preset `dev`) compiles every file by itself. Across
# folders (NMC_BATCH_ROOMS, without an end that another file could shift) a file could meet an
# overload of a helper that is not its own: what is shipped is never built so.
function(nmc_batches target files_per_batch)
  if(NOT NMC_UNITY)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  list(SORT sources)
  set(last_folder "")
  foreach(source IN LISTS sources)
    if(NOT source MATCHES "\\.cpp$")
      continue()
    endif()
    file(STRINGS ${source} per_instruction_set REGEX "define HWY_TARGET_INCLUDE")
    if(per_instruction_set)
      set_source_files_properties(${source} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
      continue()
    endif()
    file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${source})
    set(most ${files_per_batch})
    if(NMC_BATCH_ROOMS AND NOT folder MATCHES "^tests/")
      string(REGEX REPLACE "/.*" "" folder ${folder})
      set(most 1000000)
    else()
      get_filename_component(folder ${folder} DIRECTORY)
    endif()
    if(NOT folder STREQUAL last_folder)
      set(last_folder ${folder})
      set(index 0)
    endif()
    math(EXPR batch "${index} / ${most}")
    math(EXPR index "${index} + 1")
    string(REPLACE "/" "_" name "${folder}_${batch}")
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${name})
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
endfunction()
