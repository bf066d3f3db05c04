#pragma once

#include <pybind11/pybind11.h>

#include <string>
#include <utility>
#include <vector>

namespace nmc::python {

/// A call of the program's.
struct Call {
  std::vector<std::string> words;  ///< as a shell would give them to nmc
  pybind11::function sink;         ///< takes the bytes of standard output, piece by piece
  bool is_alone = false;           ///< this process by itself, whatever mpirun started it
};

/// Does it, without the GIL, and returns its exit code: 0, or 4 where a result is refused. What
/// fails is an exception of neuralmc.errors, or what a function of the user's raised. Signals stop
/// it as they stop the program, and are the interpreter's again afterwards.
int carry_out(const Call& call);

/// Number of this process and count of those that mpirun started together; starts MPI.
std::pair<int, int> rank_and_size();

/// Where the results of a job go that is given by these words; nothing is made.
std::string directory_of(const std::vector<std::string>& words);

}  // namespace nmc::python
