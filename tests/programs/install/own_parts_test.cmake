# Installs the build, builds examples/own_* against it, and certifies what they register.
function(expect code)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${WORK} RESULT_VARIABLE status
                  OUTPUT_VARIABLE text ERROR_VARIABLE error)
  if(NOT status EQUAL code)
    message(FATAL_ERROR "${ARGN}\nended with ${status}, not ${code}:\n${text}${error}")
  endif()
  set(output "${text}${error}" PARENT_SCOPE)
endfunction()

# Again in the folder of another build of it, what was found on the machine is not looked for anew.
function(build example target)
  expect(0 ${CMAKE_COMMAND} -S ${EXAMPLES}/${example} -B ${WORK}/${example} -G Ninja
         -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_PREFIX_PATH=${WORK}/nmc -DCMAKE_CXX_FLAGS_RELEASE=-O1
         -DCMAKE_BUILD_TYPE=Release ${ARGN})
  expect(0 ${CMAKE_COMMAND} --build ${WORK}/${example} --target ${target})
endfunction()

file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})
expect(0 ${CMAKE_COMMAND} --install ${NMC_BUILD} --prefix ${WORK}/nmc)
set(nmc ${WORK}/nmc/bin/nmc)
foreach(pair own_system:triples own_angles:nematic own_observable:staggered own_sampler:balanced own_network:belief)
  string(REPLACE ":" ";" pair ${pair})
  list(GET pair 0 example)
  list(GET pair 1 name)
  build(${example} all)
  set(program ${WORK}/${example}/${example})
  set(built ${WORK}/${example}/${example}_plugin.so)
  set(plugin ${WORK}/${example}/right.so)
  file(RENAME ${built} ${plugin})
  if(name STREQUAL belief)  # the others have nothing in a program that the plug-in has not
    expect(0 ${program} certify ${name})
  endif()
  expect(0 ${nmc} --plugin ${plugin} certify ${name} --json)
  expect(0 ${program} describe ${name})
  expect(0 ${program} run ${EXAMPLES}/${example}/job.ini --output.dir=${WORK}/run/${example})
  expect(0 ${nmc} --plugin=${plugin} run ${EXAMPLES}/${example}/job.ini
         --output.dir=${WORK}/plugin/${example})
  expect(0 ${nmc} --plugin ${plugin} report ${WORK}/plugin/${example} --json)
  # Without it the names are not known.
  expect(2 ${nmc} run ${EXAMPLES}/${example}/job.ini --output.dir=${WORK}/none)
  build(${example} ${example}_plugin -DCMAKE_CXX_FLAGS=-DPLANT_FAULT)
  expect(4 ${nmc} --plugin ${built} certify ${name})
  if(NOT output MATCHES "FAILED")
    message(FATAL_ERROR "${example}: no check failed:\n${output}")
  endif()
  # Two of one name.
  expect(2 ${nmc} --plugin ${plugin} --plugin ${built} list)
  if(NOT output MATCHES "registered twice")
    message(FATAL_ERROR "${example}: the second one of a name is not refused:\n${output}")
  endif()
endforeach()

# What is no plug-in, or one of another build.
expect(2 ${nmc} --plugin ${WORK}/nothing.so list)
expect(2 ${nmc} --plugin ${CMAKE_COMMAND} list)
if(NOT output MATCHES "is no plug-in of nmc")
  message(FATAL_ERROR "a library that is none is not named so:\n${output}")
endif()
execute_process(COMMAND sed "s/neuralmc plug-in for: [0-9]/neuralmc plug-in for: 9/"
                        ${WORK}/own_system/right.so OUTPUT_FILE ${WORK}/other.so)
expect(2 ${nmc} --plugin ${WORK}/other.so list)
if(NOT output MATCHES "was built for nmc 9")
  message(FATAL_ERROR "a plug-in of another build is not named so:\n${output}")
endif()
