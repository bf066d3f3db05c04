# Where ccache is installed, what was compiled before, in this tree or in another clone of it, is not
# compiled again. Paths below the tree are taken as relative, so that clones share what they compile;
# precompiled headers are told apart by what they were made of.
if(NMC_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(NMC_CCACHE_PROGRAM ccache)
  mark_as_advanced(NMC_CCACHE_PROGRAM)
  if(NMC_CCACHE_PROGRAM)
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
        CCACHE_SLOPPINESS=pch_defines,time_macros ${NMC_CCACHE_PROGRAM})
    set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
  endif()
endif()
