# The git revision and dirty flag, known to core/archive/build_info.cpp through two definitions.
set(NMC_GIT_REVISION "unknown")
set(NMC_GIT_DIRTY 0)
find_package(Git QUIET)
if(Git_FOUND AND EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/.git)
  execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse --short=12 HEAD
                  WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} OUTPUT_VARIABLE NMC_GIT_REVISION
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  execute_process(COMMAND ${GIT_EXECUTABLE} diff --quiet HEAD
                  WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} RESULT_VARIABLE NMC_GIT_DIRTY
                  ERROR_QUIET)
endif()
set(NMC_PLUGIN_BUILD "${PROJECT_VERSION} (revision ${NMC_GIT_REVISION}")
if(NMC_GIT_DIRTY)
  string(APPEND NMC_PLUGIN_BUILD ", modified")
endif()
string(REGEX MATCH "^[0-9]+" nmc_compiler_major "${CMAKE_CXX_COMPILER_VERSION}")
string(APPEND NMC_PLUGIN_BUILD
       "), ${CMAKE_CXX_COMPILER_ID} ${nmc_compiler_major}, MPI ${NMC_MPI}, OpenMP ${NMC_OPENMP}")
set_source_files_properties(drivers/plugins.cpp PROPERTIES COMPILE_DEFINITIONS
                            "NMC_PLUGIN_BUILD=\"${NMC_PLUGIN_BUILD}\"")
string(TOUPPER "${CMAKE_BUILD_TYPE}" nmc_build_type)
set_source_files_properties(
  core/archive/build_info.cpp PROPERTIES COMPILE_DEFINITIONS
  "NMC_VERSION=\"${PROJECT_VERSION}\";NMC_GIT_REVISION=\"${NMC_GIT_REVISION}\";NMC_GIT_DIRTY=\"${NMC_GIT_DIRTY}\";NMC_HWY_VERSION=\"${hwy_VERSION}\";NMC_FLAGS=\"${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${nmc_build_type}}\"")
