#include "drivers/python/call.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <exception>
#include <filesystem>
#include <memory>
#include <new>
#include <optional>
#include <system_error>
#include <utility>

#include "core/errors.hpp"
#include "core/options/command_line.hpp"
#include "core/options/job_file.hpp"
#include "core/parallel/ranks.hpp"
#include "drivers/dispatch.hpp"
#include "drivers/job/job.hpp"
#include "drivers/launcher.hpp"
#include "drivers/python/errors.hpp"
#include "drivers/python/output.hpp"
#include "drivers/session/stop_request.hpp"

extern "C" int openblas_get_num_threads();
extern "C" void openblas_set_num_threads(int threads);

namespace py = pybind11;

namespace nmc::python {
namespace {

/// The processes that mpirun started, MPI included, from the first parallel call to the end of the
/// interpreter.
struct Processes {
  std::optional<drivers::LaunchedGroup> group = drivers::launched_group();
  std::unique_ptr<const Ranks> ranks = started();

 private:
  static std::unique_ptr<const Ranks> started() {
    int count = 0;
    char** words = nullptr;
    if (!drivers::is_started_by_mpi()) return std::make_unique<const Ranks>();
    return std::make_unique<const Ranks>(count, words);
  }
};

/// MPI ends with the interpreter, not behind it, where its libraries are gone.
Processes& processes() {
  static std::unique_ptr<Processes> all;
  if (all == nullptr) {
    all = std::make_unique<Processes>();
    py::module_::import("atexit").attr("register")(py::cpp_function([] { all->ranks.reset(); }));
  }
  require(all->ranks != nullptr, "the interpreter is about to end: call neuralmc earlier");
  return *all;
}

/// What a job changes in its process, as it was before: the actions of signals, and the threads of
/// the BLAS, which NumPy may share.
class SavedProcess {
 public:
  SavedProcess() : blas_threads_(openblas_get_num_threads()) {
    for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], nullptr, &actions_[i]);
  }
  ~SavedProcess() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &actions_[i], nullptr);
    openblas_set_num_threads(blas_threads_);
  }
  SavedProcess(const SavedProcess&) = delete;
  SavedProcess& operator=(const SavedProcess&) = delete;

 private:
  static constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU};
  std::array<struct sigaction, kSignals.size()> actions_{};
  int blas_threads_;
};

/// One call at a time: signals and standard output are the process's.
class Turn {
 public:
  Turn() {
    require(!std::exchange(is_taken, true),
            "neuralmc is at work already, in another thread or in the call that this function is "
            "called by: one job at a time; start another process for another one");
  }
  ~Turn() { is_taken = false; }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  static inline bool is_taken = false;  // guarded by the GIL
};

/// Plug-ins find the library in this module, whose names Python keeps to itself.
void show_names_to_plugins(const std::vector<std::string>& words) {
  Dl_info here{};
  if (words.empty() || !words.front().starts_with("--plugin")) return;
  if (dladdr(reinterpret_cast<void*>(&show_names_to_plugins), &here) != 0)
    (void)dlopen(here.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_GLOBAL);
}

Sink sink_of(const py::function& write) {
  return [write_to = write.ptr()](std::string_view bytes) {
    const py::gil_scoped_acquire held;
    try {
      py::reinterpret_borrow<py::function>(write_to)(py::bytes(bytes.data(), bytes.size()));
      return true;
    } catch (const py::error_already_set&) {
      return false;
    }
  };
}

/// Without the GIL. A signal that comes when all is written is said, too.
int dispatched(const Call& call, const Ranks& ranks) {
  const Output output(sink_of(call.sink));
  std::optional<drivers::StopRequest> stop;
  if (drivers::can_be_stopped(call.words)) stop.emplace();
  const auto group = call.is_alone ? std::optional<drivers::LaunchedGroup>() : processes().group;
  const int code = drivers::dispatch(call.words, ranks, group);
  if (stop && stop->is_set())
    throw Interrupted(fmt::format("{} came after the last file was written", stop->name()));
  return code;
}

}  // namespace

int carry_out(const Call& call) {
  const Turn turn;
  const SavedProcess saved;
  const Ranks one;
  const Ranks& ranks = call.is_alone ? one : *processes().ranks;
  show_names_to_plugins(call.words);
  std::exception_ptr failure;
  {
    const py::gil_scoped_release released;
    try {
      return dispatched(call, ranks);
    } catch (...) {  // raised below, with the GIL
      failure = std::current_exception();
    }
    if (ranks.size() > 1) {
      const Failure known = failure_of(failure);
      (void)ranks.fail(known.message, known.exit_code);
    }
  }
  rethrow(failure);
}

std::pair<int, int> rank_and_size() {
  const Ranks& ranks = *processes().ranks;
  return {ranks.rank(), ranks.size()};
}

std::string directory_of(const std::vector<std::string>& words) {
  const CommandLine line = parse_command_line(words, {});
  const drivers::JobSource source = drivers::read_job(line);
  const GivenOption* dir = find_given(source.given, "output", "dir");
  const std::filesystem::path path =
      drivers::output_directory(dir == nullptr ? "" : dir->value, source.name);
  const bool is_of_file = dir != nullptr && !dir->base.empty();
  return (is_of_file ? std::filesystem::path(dir->base) / path : path).lexically_normal().string();
}

}  // namespace nmc::python
