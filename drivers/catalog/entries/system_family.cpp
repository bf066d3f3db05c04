#include "drivers/catalog/entries/system_family.hpp"

#include <utility>

#include "physics/systems/made_family.hpp"
#include "physics/systems/spin_family.hpp"

namespace nmc::catalog {

MakeFamily beta_family(
    std::function<std::unique_ptr<const Target>(const Options&, double beta)> make) {
  return [make = std::move(make)](const Options& options) {
    return std::make_unique<MadeFamily>(
        std::vector{beta_condition()},
        [make, options](const Condition& at) { return make(options, at.values.front()); });
  };
}

MakeFamily spin_beta_family(std::function<std::unique_ptr<const SpinTarget>(const Options&)> make) {
  return [make = std::move(make)](const Options& options) {
    return std::make_unique<SpinFamily>(make(options));
  };
}

}  // namespace nmc::catalog
