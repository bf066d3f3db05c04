# Installs the build into a prefix, moves the prefix, builds the project that the README prints
# against it, word for word, and runs it.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE text)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGN}\nended with ${status}:\n${text}")
  endif()
  set(output "${text}" PARENT_SCOPE)
endfunction()

# Writes the README's block of that language to a file.
function(write_block language path)
  file(READ ${README} text)
  string(FIND "${text}" "```${language}\n" begin)
  string(SUBSTRING "${text}" ${begin} -1 text)
  string(FIND "${text}" "\n" begin)
  string(SUBSTRING "${text}" ${begin} -1 text)
  string(FIND "${text}" "\n```" end)
  string(SUBSTRING "${text}" 1 ${end} text)
  file(WRITE ${path} "${text}")
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${NMC_BUILD} --prefix ${WORK}/first)
file(RENAME ${WORK}/first ${WORK}/moved)
write_block(cmake ${WORK}/user/CMakeLists.txt)
write_block(cpp ${WORK}/user/main.cpp)

# No build type, as somebody who follows the README gives none.
run(${CMAKE_COMMAND} -S ${WORK}/user -B ${WORK}/build -G Ninja -DCMAKE_CXX_COMPILER=${CXX}
    -DCMAKE_PREFIX_PATH=${WORK}/moved)
if(NOT output MATCHES "NeuralMC: no build type was given, taking Release")
  message(FATAL_ERROR "the package does not say which build type it takes:\n${output}")
endif()
run(${CMAKE_COMMAND} --build ${WORK}/build --verbose)
if(NOT output MATCHES " -O3 ")
  message(FATAL_ERROR "the README's project is compiled without optimisation:\n${output}")
endif()

# What the user decides stays decided.
foreach(choice -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS=-O1)
  run(${CMAKE_COMMAND} -S ${WORK}/user -B ${WORK}/decided -G Ninja ${choice}
      -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_PREFIX_PATH=${WORK}/moved)
  if(output MATCHES "taking Release")
    message(FATAL_ERROR "the package overrules ${choice}:\n${output}")
  endif()
  file(REMOVE_RECURSE ${WORK}/decided)
endforeach()

set(program ${WORK}/build/mine)
run(${program} describe quartic)
file(WRITE ${WORK}/job.ini "[system]\nname = quartic\nbeta = 1\n[sampler]\nname = hmc\nchains = 64\n"
     "[run]\nwarmup = 100\ndraws = 200\nseed = 3\n[output]\ndir = ${WORK}/result\n")
run(${program} run ${WORK}/job.ini)
# Equipartition <x H'> = 1 and <x^2> = 0.46792 (quadrature) give the energy of 64 sites,
# 64 (1 + <x^2>) / 4 = 23.487; 12800 draws know it to 0.05, the bounds are seven such errors away.
run(${program} report ${WORK}/result --json)
if(NOT output MATCHES "\"name\": *\"energy\"[^\n]*\"mean\": *([0-9.]+)")
  message(FATAL_ERROR "no energy in the report:\n${output}")
endif()
if(CMAKE_MATCH_1 LESS 23.1 OR CMAKE_MATCH_1 GREATER 23.8)
  message(FATAL_ERROR "energy ${CMAKE_MATCH_1} is not 23.487:\n${output}")
endif()
