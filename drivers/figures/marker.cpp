#include "drivers/figures/marker.hpp"

#include <fmt/format.h>

#include "drivers/figures/look.hpp"
#include "drivers/figures/xml.hpp"

namespace nmc::figures {

std::string pair_text(const Place& place) {
  return coordinate(place.x) + " " + coordinate(place.y);
}

std::string look_classes(int look) {
  if (look < 0) return "ref";
  return fmt::format("s{} d{}", look % kLooks, look % kLooks);
}

std::string marker_path(int look, const Place& place) {
  constexpr double r = 3;
  const auto [x, y] = place;
  switch (look < 0 ? 0 : look % kLooks) {
    case 0:
      return fmt::format("M{}a{r} {r} 0 1 0 {} 0a{r} {r} 0 1 0 {} 0Z", pair_text({x - r, y}), 2 * r,
                         -2 * r, fmt::arg("r", r));
    case 1:
      return fmt::format("M{}h{w}v{w}h-{w}Z", pair_text({x - r, y - r}), fmt::arg("w", 2 * r));
    case 2:
      return fmt::format("M{}l{} {}h{}Z", pair_text({x, y - 1.3 * r}), 1.2 * r, 2.2 * r, -2.4 * r);
    case 3:
      return fmt::format("M{}l{w} {w}l-{w} {w}l-{w} -{w}Z", pair_text({x, y - 1.3 * r}),
                         fmt::arg("w", 1.3 * r));
    case 4:
      return fmt::format("M{}l{} {}h{}Z", pair_text({x, y + 1.3 * r}), 1.2 * r, -2.2 * r, -2.4 * r);
    default:
      return fmt::format("M{}l{w} {w}M{}l-{w} {w}", pair_text({x - r, y - r}),
                         pair_text({x + r, y - r}), fmt::arg("w", 2 * r));
  }
}

}  // namespace nmc::figures
