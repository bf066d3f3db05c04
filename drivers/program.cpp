#include "drivers/program.hpp"

#include <fmt/format.h>

#include <csignal>
#include <exception>
#include <filesystem>
#include <new>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "core/errors.hpp"
#include "core/parallel/ranks.hpp"
#include "drivers/dispatch.hpp"
#include "drivers/launcher.hpp"
#include "drivers/session/stop_request.hpp"

namespace nmc {
namespace {

using Group = std::optional<drivers::LaunchedGroup>;

enum ExitCode { defect = 1, user_error = 2, numerical_error = 3, interrupted = 75 };

int guarded(const std::vector<std::string>& words, const Ranks& ranks, const Group& group) {
  try {
    return drivers::dispatch(words, ranks, group);
  } catch (const UserError& error) {
    return ranks.fail(error.what(), user_error);
  } catch (const NumericalError& error) {
    return ranks.fail(error.what(), numerical_error);
  } catch (const Interrupted& error) {
    return ranks.fail(error.what(), interrupted);
  } catch (const std::bad_alloc&) {
    return ranks.fail(
        "not enough memory: lower sampler.chains, train.batch or the size of the network "
        "(nmc check)",
        user_error);
  } catch (const std::filesystem::filesystem_error& error) {
    const bool is_full = error.code() == std::errc::no_space_on_device;
    return ranks.fail(error.what(), is_full ? interrupted : user_error);
  } catch (const std::exception& error) {
    return ranks.fail(fmt::format("nmc has a defect, please report it: {}", error.what()), defect);
  }
}

}  // namespace

int main(int argc, char** argv) {
  drivers::keep_freed_memory();
  std::signal(SIGXFSZ, SIG_IGN);  // a limit of file sizes is an error of the write then
  const Group group = drivers::launched_group();
  // MPI takes its time before and after the work, and a signal comes to each rank when it comes:
  // one that the others have answered already must not kill.
  if (drivers::can_be_stopped({argv + 1, argv + argc})) drivers::hear_stop_signals_to_the_end();
  // MPI takes half a second to start, which one process can do without.
  if (!drivers::is_started_by_mpi()) return guarded({argv + 1, argv + argc}, Ranks(), group);
  const Ranks ranks(argc, argv);
  return guarded({argv + 1, argv + argc}, ranks, group);
}

}  // namespace nmc
