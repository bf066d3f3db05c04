# cmake --install: the program, the library, its headers below include/neuralmc, and a package that
# find_package(NeuralMC) finds. All paths are relative, so the installed tree can be moved.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(nmc_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/NeuralMC)

install(TARGETS nmc EXPORT NeuralMCTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(TARGET nmc_program)
  install(TARGETS nmc_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  # The program writes its own man page and completions.
  foreach(page "man nmc.1 ${CMAKE_INSTALL_MANDIR}/man1" "completion=bash nmc ${CMAKE_INSTALL_DATADIR}/bash-completion/completions"
               "completion=zsh _nmc ${CMAKE_INSTALL_DATADIR}/zsh/site-functions")
    separate_arguments(page)
    list(GET page 0 nmc_option)
    list(GET page 1 nmc_page)
    list(GET page 2 nmc_place)
    install(CODE "execute_process(COMMAND $<TARGET_FILE:nmc_program> --${nmc_option} COMMAND_ERROR_IS_FATAL ANY
                                  OUTPUT_FILE \"${PROJECT_BINARY_DIR}/pages/${nmc_page}\")")
    install(FILES ${PROJECT_BINARY_DIR}/pages/${nmc_page} DESTINATION ${nmc_place})
  endforeach()
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/pages)
endif()
foreach(folder core physics models samplers drivers)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${folder}
          DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/neuralmc FILES_MATCHING PATTERN "*.hpp"
          PATTERN "drivers/python" EXCLUDE)
endforeach()
install(EXPORT NeuralMCTargets NAMESPACE NeuralMC:: DESTINATION ${nmc_package_dir})

configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/NeuralMCConfig.cmake.in ${PROJECT_BINARY_DIR}/NeuralMCConfig.cmake
  INSTALL_DESTINATION ${nmc_package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/NeuralMCConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
# Dependencies.cmake goes along: the user's project finds the libraries by the same lines as ours.
install(FILES ${PROJECT_BINARY_DIR}/NeuralMCConfig.cmake
              ${PROJECT_BINARY_DIR}/NeuralMCConfigVersion.cmake
              ${PROJECT_SOURCE_DIR}/cmake/NeuralMCOwn.cmake
              ${PROJECT_SOURCE_DIR}/cmake/Dependencies.cmake DESTINATION ${nmc_package_dir})
