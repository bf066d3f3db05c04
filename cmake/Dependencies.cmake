# Everything comes from the distribution's packages. HDF5 is the serial library, also where an MPI
# flavour is installed beside it: files are written by one process at a time.
add_compile_definitions(HWY_DISABLED_TARGETS=HWY_SSSE3)
find_package(Eigen3 3.4 REQUIRED)
find_package(Boost 1.74 REQUIRED COMPONENTS program_options)
find_package(PkgConfig REQUIRED)
pkg_check_modules(hwy REQUIRED IMPORTED_TARGET libhwy)
pkg_check_modules(hwy_contrib REQUIRED IMPORTED_TARGET libhwy-contrib)
pkg_check_modules(fftw3 REQUIRED IMPORTED_TARGET fftw3)
pkg_check_modules(pugixml REQUIRED IMPORTED_TARGET pugixml)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_path(NMC_HDF5_INCLUDE hdf5.h PATH_SUFFIXES hdf5/serial REQUIRED)
find_library(NMC_HDF5_LIBRARY NAMES hdf5_serial hdf5 PATH_SUFFIXES hdf5/serial REQUIRED)
find_library(NMC_HDF5_HL_LIBRARY NAMES hdf5_serial_hl hdf5_hl PATH_SUFFIXES hdf5/serial REQUIRED)
find_library(NMC_OPENBLAS_LIBRARY NAMES openblas REQUIRED)
find_path(NMC_RANDOM123_INCLUDE Random123/philox.h REQUIRED)
find_path(NMC_JSON_INCLUDE nlohmann/json.hpp REQUIRED)

# Imported, so that an installed package names it and finds it again by this very file.
add_library(NeuralMC::dependencies INTERFACE IMPORTED)
target_include_directories(NeuralMC::dependencies SYSTEM
                           INTERFACE ${NMC_HDF5_INCLUDE} ${NMC_RANDOM123_INCLUDE} ${NMC_JSON_INCLUDE})
target_link_libraries(
  NeuralMC::dependencies
  INTERFACE Eigen3::Eigen Boost::program_options PkgConfig::hwy PkgConfig::hwy_contrib PkgConfig::fftw3 PkgConfig::pugixml PkgConfig::xxhash
            fmt::fmt ${NMC_HDF5_HL_LIBRARY} ${NMC_HDF5_LIBRARY} ${NMC_OPENBLAS_LIBRARY})
# Eigen's own threads stay off: the chunk loop is the only parallel loop. Arrays begin at cache
# lines, since a vector of 64 bytes that straddles two of them costs twice (phi^4 force: 1.5x).
target_compile_definitions(NeuralMC::dependencies INTERFACE EIGEN_DONT_PARALLELIZE
                                                            EIGEN_MAX_ALIGN_BYTES=64)
if(NMC_OPENMP)
  find_package(OpenMP REQUIRED COMPONENTS CXX)
  target_link_libraries(NeuralMC::dependencies INTERFACE OpenMP::OpenMP_CXX)
  target_compile_definitions(NeuralMC::dependencies INTERFACE NMC_HAS_OPENMP=1)
endif()
if(NMC_MPI)
  set(MPI_CXX_SKIP_MPICXX ON)
  find_package(MPI REQUIRED COMPONENTS CXX)
  target_link_libraries(NeuralMC::dependencies INTERFACE MPI::MPI_CXX)
  target_compile_definitions(NeuralMC::dependencies INTERFACE NMC_HAS_MPI=1)
endif()
