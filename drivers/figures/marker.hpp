#pragma once

#include <string>

namespace nmc::figures {

/// A place of a figure.
struct Place {
  double x = 0, y = 0;
};

/// "12 0.5", as paths have it.
[[nodiscard]] std::string pair_text(const Place& place);

/// The marker of a look about a place, as data of a path.
[[nodiscard]] std::string marker_path(int look, const Place& place);

/// "s2 d2", the classes of colour and dashes of a look.
[[nodiscard]] std::string look_classes(int look);

}  // namespace nmc::figures
