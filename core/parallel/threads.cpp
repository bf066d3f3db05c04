#include "core/parallel/threads.hpp"

#include <exception>
#include <string>
#include <vector>

#include "core/errors.hpp"

extern "C" void openblas_set_num_threads(int threads);

namespace nmc {

Threads::Threads(int count) : count_(count) {
  require(count >= 1, "run.threads is " + std::to_string(count) + "; it must be at least 1");
#ifndef NMC_HAS_OPENMP
  count_ = 1;
#endif
  // The chunk loop is the only parallel loop: threads of the BLAS would fight with ours.
  openblas_set_num_threads(1);
}

void Threads::for_each(Index tasks, const std::function<void(Index)>& task) const {
  std::vector<std::exception_ptr> failures(static_cast<std::size_t>(tasks));
  [[maybe_unused]] const int team = static_cast<int>(std::min<Index>(count_, tasks));
#ifdef NMC_HAS_OPENMP
#pragma omp parallel for schedule(dynamic, 1) num_threads(team) if (team > 1)
#endif
  for (Index i = 0; i < tasks; ++i) {
    try {
      task(i);
    } catch (...) {  // an exception must not leave the parallel region
      failures[static_cast<std::size_t>(i)] = std::current_exception();
    }
  }
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace nmc
