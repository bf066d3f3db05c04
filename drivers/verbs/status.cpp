#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "core/errors.hpp"
#include "core/options/parse_values.hpp"
#include "drivers/status/run_state.hpp"
#include "drivers/status/runs_below.hpp"
#include "drivers/status/status_chart.hpp"
#include "drivers/terminal.hpp"
#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {
namespace {

using std::chrono::steady_clock;
constexpr auto kLook = std::chrono::seconds(2);
constexpr auto kPageInFile = std::chrono::seconds(60);

struct Page {
  std::string text;
  int code = 0;
};

/// What a directory shows: the run in it, or those below it.
class Window {
 public:
  explicit Window(const Invocation& call)
      : directory_(call.line.positional[0]), is_json_(call.line.has("json")) {}

  Page look() {
    std::error_code ignored;
    const bool is_run = std::filesystem::exists(directory_ / "resolved.ini", ignored);
    if (!is_run && std::filesystem::is_directory(directory_, ignored)) {
      const auto runs = read_runs_below(directory_);
      if (!runs.empty())
        return {is_json_ ? runs_json(directory_, runs) : runs_text(runs), runs_code(runs)};
    }
    const RunState state = read_run_state(directory_);
    chart_.add(state.status);
    if (is_json_) return {state_json(state), state_code(state)};
    return {state_text(state) + chart_.line(terminal_columns(STDOUT_FILENO)), state_code(state)};
  }

 private:
  std::filesystem::path directory_;
  bool is_json_;
  StatusChart chart_;
};

// On a terminal the page is drawn anew, else one follows another.
int watch(Window& window) {
  const bool is_terminal = ::isatty(STDOUT_FILENO) == 1;
  auto next = steady_clock::now();
  for (;; std::this_thread::sleep_for(kLook)) {
    const Page page = window.look();
    const bool is_over = page.code != 1;
    if (is_terminal || is_over || steady_clock::now() >= next) {
      fmt::print("{}{}", is_terminal ? "\033[H\033[2J" : "", page.text);
      std::fflush(stdout);
      next = steady_clock::now() + kPageInFile;
    }
    if (is_over) return page.code;
  }
}

}  // namespace

int status_verb(const Invocation& call) {
  require(call.line.positional.size() == 1,
          "nmc status takes one DIR: an output directory, or one above many (nmc status runs/job)");
  Window window(call);
  if (call.line.has("watch")) return watch(window);
  const Page page = window.look();
  std::fputs(page.text.c_str(), stdout);
  return page.code;
}

}  // namespace nmc::drivers
