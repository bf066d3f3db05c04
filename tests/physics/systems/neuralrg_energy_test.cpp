#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "core/archive/file.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/systems/dual_ising.hpp"
#include "tests/support/paths.hpp"

namespace nmc {
namespace {

TEST(DualIsing, AgreesWithTheReferenceNetworksEnergies) {
  const std::string path = tests::shared_data() + "/neuralrg_L4.h5";
  if (!std::filesystem::exists(path))
    GTEST_SKIP() << "no reference data in " << tests::shared_data();
  const archive::File file = archive::File::open(path);
  const std::string group = "/L4_headline";
  const DualIsing dual(make_graph(torus({4, 4})), 1 / file.double_attribute(group, "T"));
  EXPECT_NEAR(dual.kernel().alpha(), file.double_attribute(group, "alpha"), 1e-14);
  EXPECT_NEAR(dual.lnZ_minus_lnZ_spin(), file.double_attribute(group, "lnZ_dual_minus_lnZ_spin"),
              1e-12);
  const Batch x = file.read_batch(group + "/batch/x");
  Batch grad;
  const Column energy = -dual.log_density_grad(x, grad);
  const std::vector<double> energies = file.read_doubles(group + "/batch/energy");
  const Column expected = Eigen::Map<const Column>(energies.data(), x.rows());
  const Batch expected_grad = file.read_batch(group + "/batch/grad_energy_x");
  // energy 1e-12 and gradients 1e-9 relative are asked for; both are rounding here.
  EXPECT_LT(((energy - expected) / expected).abs().maxCoeff(), 1e-12);
  EXPECT_LT((-grad - expected_grad).abs().maxCoeff(), 1e-12 * expected_grad.abs().maxCoeff());
}

}  // namespace
}  // namespace nmc
