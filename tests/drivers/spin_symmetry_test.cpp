#include "drivers/catalog/models/spin_symmetry.hpp"

#include <gtest/gtest.h>

#include "core/options/job_file.hpp"
#include "drivers/catalog/catalog.hpp"
#include "drivers/job/job.hpp"
#include "drivers/job/resolve_named.hpp"
#include "models/symmetry/flip_symmetric_spins.hpp"
#include "models/symmetry/lattice_symmetry.hpp"

namespace nmc::drivers {
namespace {

System system_of(const std::string& text) {
  const catalog::SystemEntry* found = nullptr;
  const auto given = parse_job_text("[system]\n" + text, "test");
  const Options options = resolve_system(given, found);
  return found->make(options);
}

std::unique_ptr<Trainable> network_for(const System& system, const std::string& text) {
  const auto given = parse_job_text("[model]\n" + text, "test");
  for (const auto& entry : catalog::models()) {
    if (text.find("name = " + entry.name + "\n") == std::string::npos) continue;
    std::vector<OptionSpec> specs{option::text("name", "", "")};
    specs.insert(specs.end(), entry.options.begin(), entry.options.end());
    return entry.make(resolve_section("model", given, specs, ""), system, 1);
  }
  return nullptr;
}

std::size_t order_of(const System& system, const std::string& symmetry) {
  const auto model = network_for(system, "name = made\nsymmetry = " + symmetry + "\n");
  if (dynamic_cast<const FlipSymmetricSpins*>(model.get()) != nullptr) return 2;
  const auto* mixture = dynamic_cast<const SymmetrisedSpins*>(model.get());
  return mixture == nullptr ? 1 : mixture->group().size();
}

std::string message(const System& system, const std::string& text) {
  try {
    (void)network_for(system, text);
  } catch (const UserError& error) {
    return error.what();
  }
  return "nothing was refused";
}

/// Spins of which a program knows neither couplings nor energies.
class BareSpins final : public Target {
 public:
  explicit BareSpins(double field) : field_(field) {}
  [[nodiscard]] Index sites() const override { return 3; }
  [[nodiscard]] Support support() const override { return Support::spin; }
  [[nodiscard]] Column log_density(const Batch& s) const override {
    return 0.5 * s.col(0) * s.col(1) + field_ * s.col(2);
  }

 private:
  double field_;
};

System bare_system(double field) {
  System system;
  system.name = system.summary = "bare spins";
  system.extents = {3};
  system.target = std::make_unique<BareSpins>(field);
  return system;
}

TEST(SpinSymmetry, OfADensityAloneIsSeenInTheDensity) {
  EXPECT_EQ(order_of(bare_system(0), "z2"), 2U);
  EXPECT_NE(message(bare_system(0.3), "name = made\nsymmetry = z2\n").find("energies"),
            std::string::npos);
}

TEST(SpinSymmetry, AllTakesWhatTheCouplingsHave) {
  const auto torus = system_of("name = ising\nL = 4\nbeta = 0.4\n");
  EXPECT_EQ(order_of(torus, "none"), 1U);
  EXPECT_EQ(order_of(torus, "z2"), 2U);
  EXPECT_EQ(order_of(torus, "translations"), 16U);
  EXPECT_EQ(order_of(torus, "point"), 8U);
  EXPECT_EQ(order_of(torus, "all"), 256U);
  EXPECT_EQ(order_of(system_of("name = ising\nL = 4\nbeta = 0.4\nboundary = open\n"), "all"), 16U);
  EXPECT_EQ(order_of(system_of("name = ising\nL = 4x3\nbeta = 0.4\n"), "all"), 96U);
  const auto glass = system_of("name = edwards_anderson\nL = 4\nbeta = 1\ndisorder_seed = 1\n");
  EXPECT_EQ(order_of(glass, "all"), 2U);
}

TEST(SpinSymmetry, WhatTheCouplingsDoNotHaveIsNamed) {
  const auto glass = system_of("name = edwards_anderson\nL = 4\nbeta = 1\ndisorder_seed = 1\n");
  const auto expect = [](const std::string& found, const std::string& wanted) {
    EXPECT_NE(found.find(wanted), std::string::npos) << found;
  };
  expect(message(glass, "name = made\nsymmetry = translations\n"), "leave the bonds alone");
  const auto field = system_of("name = ising\nL = 4\nbeta = 0.4\nh = 0.1\n");
  expect(message(field, "name = rnn\nsymmetry = z2\n"), "leave the fields alone");
  const auto large = system_of("name = ising\nL = 32\nbeta = 0.4\n");
  expect(message(large, "name = bernoulli\nsymmetry = all\n"), "choose z2, point or translations");
}

TEST(SpinSymmetry, SnakesAreForTheirOrderAndForLatticesOfTwoDirections) {
  const auto torus = system_of("name = ising\nL = 4\nbeta = 0.4\n");
  EXPECT_NE(
      message(torus, "name = rnn\nlayout = snake2d\norder = raster\n").find("leave order out"),
      std::string::npos);
  const auto chain = system_of("name = ising\nL = 8\ndim = 1\nbeta = 0.4\n");
  EXPECT_NE(message(chain, "name = rnn\nlayout = snake2d\n").find("use layout chain"),
            std::string::npos);
}

}  // namespace
}  // namespace nmc::drivers
