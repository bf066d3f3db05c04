#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <limits>

#include "drivers/neuralmc.hpp"

namespace fs = std::filesystem;

namespace {

/// H = Σ x² / 2 of three variables.
struct Quadratic : nmc::RealHamiltonian {
  [[nodiscard]] nmc::Index sites() const override { return 3; }
  [[nodiscard]] nmc::Column energy(const nmc::Batch& x) const override {
    return nmc::sum_sites(x.square() / 2);
  }
  [[nodiscard]] nmc::Batch gradient(const nmc::Batch& x) const override { return x; }
};

/// Finite at the start and not a number once a chain comes far out.
struct Broken : Quadratic {
  [[nodiscard]] nmc::Column energy(const nmc::Batch& x) const override {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    return (x.col(0) > 0.5).select(nmc::Column::Constant(x.rows(), nan), Quadratic::energy(x));
  }
};

/// Its energy is a number until it has been asked for often enough.
struct Fading : Quadratic {
  [[nodiscard]] nmc::Column energy(const nmc::Batch& x) const override {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    if (++calls_ > 400) return nmc::Column::Constant(x.rows(), nan);
    return Quadratic::energy(x);
  }

 private:
  mutable std::atomic<int> calls_{0};
};

/// One with a key of its own.
struct Scaled : Quadratic {
  explicit Scaled(const nmc::Options& options) : scale_(options.real("scale")) {}
  static std::vector<nmc::OptionSpec> options() {
    return {nmc::option::real("scale", "1", "(0, inf)", "factor")};
  }
  [[nodiscard]] nmc::Column energy(const nmc::Batch& x) const override {
    return scale_ * Quadratic::energy(x);
  }
  [[nodiscard]] nmc::Batch gradient(const nmc::Batch& x) const override { return scale_ * x; }

 private:
  double scale_;
};

/// One on a lattice of 4 x 4 sites.
struct OnLattice : nmc::RealHamiltonian {
  [[nodiscard]] nmc::Index sites() const override { return 16; }
  [[nodiscard]] std::vector<nmc::Index> extents() const override { return {4, 4}; }
  [[nodiscard]] nmc::Column energy(const nmc::Batch& x) const override {
    return nmc::sum_sites(x.square() / 2);
  }
  [[nodiscard]] nmc::Batch gradient(const nmc::Batch& x) const override { return x; }
};

/// One whose extents do not fit its sites.
struct Misfit : OnLattice {
  [[nodiscard]] std::vector<nmc::Index> extents() const override { return {4, 5}; }
};

NMC_REGISTER_SYSTEM(OnLattice, "on_lattice")
NMC_REGISTER_SYSTEM(Quadratic, "quadratic")
NMC_REGISTER_SYSTEM(Broken, "broken")
NMC_REGISTER_SYSTEM(Fading, "fading")
NMC_REGISTER_SYSTEM(Scaled, "scaled")

int run(std::vector<std::string> words) {
  words.insert(words.begin(), "nmc");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  return nmc::main(static_cast<int>(argv.size()), argv.data());
}

class UserSystem : public ::testing::Test {
 protected:
  void SetUp() override { fs::remove_all(dir_); }
  void TearDown() override { fs::remove_all(dir_); }
  [[nodiscard]] std::string dir() const { return "--output.dir=" + dir_.string(); }
  fs::path dir_ = fs::path(::testing::TempDir()) / "nmc_user_system";
};

TEST_F(UserSystem, GetsEveryVerbFromOneLine) {
  EXPECT_EQ(run({"run", "--system.name=quadratic", "--sampler.name=hmc", "--sampler.chains=8",
                 "--run.warmup=20", "--run.draws=40", "--run.threads=1", dir()}),
            0);
  EXPECT_TRUE(fs::exists(dir_ / "result.h5"));
  EXPECT_EQ(run({"report", dir_.string(), "--json"}), 0);
}

TEST_F(UserSystem, HasKeysOfItsOwn) {
  EXPECT_EQ(run({"check", "--system.name=scaled", "--system.scale=2", "--sampler.name=hmc", dir()}),
            0);
  EXPECT_EQ(
      run({"check", "--system.name=scaled", "--system.scale=-2", "--sampler.name=hmc", dir()}), 2);
}

TEST_F(UserSystem, IsALatticeWhereItSaysSoAndElseIsRefusedByNetworksThatNeedOne) {
  const auto check = [&](const std::string& system, const std::string& model) {
    return run({"check", "--system.name=" + system, "--model.name=" + model, "--model.hidden=4",
                "--sampler.name=independence", "--sampler.chains=4", "--train.steps=2", dir()});
  };
  EXPECT_EQ(check("on_lattice", "neural_rg"), 0);
  EXPECT_EQ(check("quadratic", "neural_rg"), 2);
  EXPECT_EQ(check("quadratic", "nice"), 0);
  const nmc::Options options =
      nmc::resolve_section("system", {}, nmc::catalog::find_system("on_lattice", "").options, "");
  const auto system = nmc::catalog::find_system("on_lattice", "").make(options);
  EXPECT_EQ(system.extents, (std::vector<nmc::Index>{4, 4}));
  const auto misfit =
      nmc::catalog::user_system(nmc::catalog::UserKeys{"misfit"},
                                nmc::catalog::Make<nmc::RealHamiltonian>([](const nmc::Options&) {
                                  return std::make_unique<Misfit>();
                                }));
  EXPECT_THROW((void)misfit.make(options), nmc::UserError);
}

TEST_F(UserSystem, WithATargetThatIsNotANumberStopsTheTrainingAndKeepsTheLastGoodState) {
  EXPECT_EQ(run({"run", "--system.name=broken", "--model.name=real_nvp", "--model.hidden=4",
                 "--sampler.name=independence", "--train.steps=10", "--train.batch=64",
                 "--run.threads=1", dir()}),
            3);
  EXPECT_TRUE(fs::exists(dir_ / "train.h5"));
  EXPECT_FALSE(fs::exists(dir_ / "result.h5"));
}

TEST_F(UserSystem, WithAnObservableThatIsNotANumberStopsTheSamplingAndKeepsTheLastGoodState) {
  EXPECT_EQ(run({"run", "--system.name=fading", "--sampler.name=hmc", "--sampler.chains=4",
                 "--run.warmup=5", "--run.draws=1000", "--run.threads=1", dir()}),
            3);
  EXPECT_TRUE(fs::exists(dir_ / "sample.h5"));
  EXPECT_TRUE(fs::exists(dir_ / "failed.h5"));
  EXPECT_FALSE(fs::exists(dir_ / "result.h5"));
}

}  // namespace
