# nmc_add_program(NAME SOURCES…): an nmc with what the sources register, which loads plug-ins too.
function(nmc_add_program name)
  add_executable(${name} ${ARGN})
  set_target_properties(${name} PROPERTIES ENABLE_EXPORTS ON)
  target_link_libraries(${name} PRIVATE -Wl,--whole-archive NeuralMC::nmc -Wl,--no-whole-archive)
endfunction()

# nmc_add_plugin(NAME SOURCES…): NAME.so for `nmc --plugin`. It takes the library from the program
# that loads it, and is stamped with the build that it fits.
function(nmc_add_plugin name)
  add_library(${name} MODULE ${ARGN})
  set_target_properties(${name} PROPERTIES PREFIX "")
  target_include_directories(
    ${name} PRIVATE $<TARGET_PROPERTY:NeuralMC::nmc,INTERFACE_INCLUDE_DIRECTORIES>)
  target_compile_features(${name} PRIVATE cxx_std_20)
  target_link_libraries(${name} PRIVATE NeuralMC::dependencies)
  target_compile_definitions(${name} PRIVATE "NMC_PLUGIN_FOR=\"${NMC_PLUGIN_BUILD}\"")
endfunction()
