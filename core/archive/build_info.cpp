#include "core/archive/build_info.hpp"

#include <fftw3.h>
#include <hdf5.h>

#include <Eigen/Core>
#include <boost/version.hpp>

namespace nmc::archive {
namespace {

std::string dotted(unsigned a, unsigned b, unsigned c) {
  return std::to_string(a) + "." + std::to_string(b) + "." + std::to_string(c);
}

std::string hdf5_version() {
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  return dotted(major, minor, release);
}

}  // namespace

BuildInfo build_info() {
  BuildInfo info;
  info.version = NMC_VERSION;
  info.git_revision = NMC_GIT_REVISION;
  info.is_dirty = std::string(NMC_GIT_DIRTY) != "0";
#ifdef __clang__
  info.compiler = "Clang " __VERSION__;
#else
  info.compiler = "GCC " __VERSION__;
#endif
  info.flags = NMC_FLAGS;
  info.libraries = {
      {"Eigen", dotted(EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION)},
      {"Highway", NMC_HWY_VERSION},
      {"HDF5", hdf5_version()},
      {"FFTW", fftw_version},
      {"Boost", dotted(BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100)}};
  return info;
}

}  // namespace nmc::archive
