# Installs the build into a prefix, moves the prefix, builds the user's project against it, runs it.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE text)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGN}\nended with ${status}:\n${text}")
  endif()
  set(output "${text}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${NMC_BUILD} --prefix ${WORK}/first)
file(RENAME ${WORK}/first ${WORK}/moved)

run(${CMAKE_COMMAND} -S ${USER_SOURCE} -B ${WORK}/build -G Ninja -DCMAKE_BUILD_TYPE=Release
    -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_PREFIX_PATH=${WORK}/moved)
run(${CMAKE_COMMAND} --build ${WORK}/build)

set(program ${WORK}/build/user_program)
run(${program} describe quartic)
file(WRITE ${WORK}/job.ini "[system]\nname = quartic\nbeta = 1\n[sampler]\nname = hmc\nchains = 64\n"
     "[run]\nwarmup = 100\ndraws = 200\nseed = 3\n[output]\ndir = ${WORK}/result\n")
run(${program} run ${WORK}/job.ini)
# Equipartition <x H'> = 1 and <x^2> = 0.46792 (quadrature) give the energy of four sites,
# 4 (1 + <x^2>) / 4 = 1.46792; 12800 draws know it to 0.01, the bounds are seven such errors away.
run(${program} report ${WORK}/result --json)
if(NOT output MATCHES "\"name\": *\"energy\"[^\n]*\"mean\": *([0-9.]+)")
  message(FATAL_ERROR "no energy in the report:\n${output}")
endif()
if(CMAKE_MATCH_1 LESS 1.40 OR CMAKE_MATCH_1 GREATER 1.54)
  message(FATAL_ERROR "energy ${CMAKE_MATCH_1} is not 1.46792:\n${output}")
endif()
