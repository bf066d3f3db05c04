#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "core/archive/publish.hpp"
#include "core/roles/latent.hpp"
#include "models/file/model_file.hpp"
#include "models/symmetry/flip_symmetric_spins.hpp"
#include "models/symmetry/lattice_symmetry.hpp"
#include "models/symmetry/symmetrised_flow.hpp"
#include "models/symmetry/symmetrised_spins.hpp"
#include "physics/systems/ising.hpp"
#include "tests/contracts/causal_architectures.hpp"
#include "tests/models/training/fixtures.hpp"

/// What models and targets say of themselves, also through what is wrapped around them.
namespace nmc {
namespace {

using testing_training::AffineFlow;

std::unique_ptr<CausalModel> wired_made() {
  const CausalFrame frame = test::in_order({{2, 2}}, PatchOrder::raster);
  const Graph glass = test::small_glass({2, 2});
  return std::make_unique<CausalModel>(test::wired(made_spec(frame, {2, 2}), glass),
                                       Precision::twice, 1);
}

/// A normal of every site, one mode: the latent density of an affine flow is known.
class Normal final : public Target {
 public:
  [[nodiscard]] Index sites() const override { return 3; }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] bool is_differentiable() const override { return true; }
  [[nodiscard]] Column log_density(const Batch& x) const override { return log_normal_density(x); }
  Column log_density_grad(const Batch& x, Batch& grad) const override {
    grad = -x;
    return log_density(x);
  }
};

TEST(Abilities, OfAMixtureAreThoseThatStayTrueOfIt) {
  const FlipSymmetricSpins flips(wired_made());
  EXPECT_EQ(flips.abilities().tokens, &flips);
  ASSERT_NE(flips.abilities().couplings, nullptr);
  EXPECT_EQ(flips.abilities().couplings, flips.network().abilities().couplings);
  EXPECT_NE(flips.abilities().stored, flips.network().abilities().stored);
  const SymmetrisedSpins images(wired_made(), translation_group({2, 2}));
  EXPECT_EQ(images.abilities().tokens, nullptr) << "images end at different sites";
  EXPECT_EQ(images.abilities().couplings, images.network().abilities().couplings);
  const SymmetrisedFlow mixture(std::make_unique<AffineFlow>(3), z2_group(3));
  EXPECT_EQ(mixture.abilities().flow, &mixture.flow());
}

TEST(Abilities, OfANetworkWithoutCouplingsNameNone) {
  const CausalFrame frame = test::in_order({{2, 2}}, PatchOrder::raster);
  const CausalModel plain(made_spec(frame, {2, 2}), Precision::twice, 1);
  EXPECT_EQ(plain.abilities().couplings, nullptr);
  EXPECT_EQ(plain.abilities().flow, nullptr);
  EXPECT_EQ(plain.latent_density(Normal()), nullptr);
}

TEST(Abilities, OnlyWhatDrawsSmoothlyTakesAnotherGradient) {
  AffineFlow flow(3);
  EXPECT_TRUE(flow.set_gradient(Gradient::path));
  EXPECT_FALSE(wired_made()->set_gradient(Gradient::path));
}

TEST(LatentDensity, OfAFlowAndOfItsMixtureIsFoundThroughTheModel) {
  const Normal target;
  const AffineFlow identity(3);
  Batch z(5, 3);
  fill_normal({4, 0, 0, Purpose::test}, z);
  const auto latent = static_cast<const Trainable&>(identity).latent_density(target);
  ASSERT_NE(latent, nullptr);
  EXPECT_TRUE((latent->log_density(z) == target.log_density(z)).all());
  const SymmetrisedFlow mixture(std::make_unique<AffineFlow>(3), z2_group(3));
  ASSERT_NE(mixture.latent_density(target), nullptr);
  // Both images of a normal are the same normal, so that U_sym is that of the target, to rounding.
  EXPECT_LT(
      (mixture.latent_density(target)->log_density(z) - target.log_density(z)).abs().maxCoeff(),
      1e-13);
}

TEST(Stored, AModelThatHasNoPlaceInAFileIsRefused) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("nmc_abilities_" + std::to_string(::getpid()) + ".h5");
  const AffineFlow flow(3);
  const SymmetrisedFlow mixture(std::make_unique<AffineFlow>(3), z2_group(3));
  for (const Trainable* model :
       {static_cast<const Trainable*>(&flow), static_cast<const Trainable*>(&mixture)})
    EXPECT_THROW(
        archive::publish_file(
            path.string(), [&](archive::File& file) { write_model(file, *model, "affine", {}); }),
        UserError);
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(TargetAbilities, OfSpinsSayTheirCouplingsAndOthersAreRefusedWhereThoseAreNeeded) {
  const Ising ising(test::small_glass({2, 2}), 0.3);
  const Target& target = ising;
  ASSERT_NE(target.spins(), nullptr);
  EXPECT_EQ(target.spins()->beta(), 0.3);
  EXPECT_EQ(Normal().spins(), nullptr);
}

}  // namespace
}  // namespace nmc
