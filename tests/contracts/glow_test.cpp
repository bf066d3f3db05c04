#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>

#include "core/archive/file.hpp"
#include "models/file/model_file.hpp"
#include "models/flows/conv/actnorm.hpp"
#include "models/flows/conv/glow_layout.hpp"
#include "models/flows/conv/invertible_convolution.hpp"
#include "models/flows/map/latent_map.hpp"
#include "models/symmetry/lattice_symmetry.hpp"
#include "tests/contracts/flow_contract.hpp"
#include "tests/support/message_of.hpp"

/// Glow on lattices: squeezes, actnorm, 1x1 convolutions; the bijection itself is among the flows
/// of flow_contract_test.
namespace nmc::contracts {
namespace {

struct GlowCase {
  const char* name;
  std::vector<Index> extents;
  ConvNetSpec net;
  int levels = 0;
  int kernel = 3;
};

GlowSpec glow_spec(const GlowCase& of, int conditions = 0) {
  return {of.extents, of.levels, 2, of.kernel, of.net, conditions};
}

std::unique_ptr<BijectorFlow> stirred_glow(const GlowCase& of,
                                           Precision precision = Precision::twice) {
  auto flow = std::make_unique<BijectorFlow>(glow_layers(glow_spec(of), 5), precision, 5);
  const Batch noise = normals(1, std::ssize(flow->parameters()), 0.15, 3);
  for (std::size_t k = 0; k < flow->parameters().size(); ++k)
    flow->parameters()[k] += noise(0, static_cast<Index>(k));
  flow->parameters_changed();
  return flow;
}

class GlowFlow : public testing::TestWithParam<GlowCase> {};

int levels_of_case(const GlowCase& of) {
  return of.levels > 0 ? of.levels : most_levels(of.extents);
}

TEST_P(GlowFlow, CommutesWithTranslationsByItsCoarsestCells) {
  const auto flow = stirred_glow(GetParam());
  const Index cell = Index{1} << levels_of_case(GetParam());
  const Batch z = normals(3, flow->sites(), 1.0);
  double change = 0;
  for (const auto& shift : translation_group(GetParam().extents)) {
    Index site = shift.permutation[0];
    bool is_of_cells = true;
    for (const Index extent : GetParam().extents) {
      is_of_cells = is_of_cells && (site % extent) % cell == 0;
      site /= extent;
    }
    const Batch of_moved = flow->forward(apply(shift, z)).y,
                moved = apply(shift, flow->forward(z).y);
    const double difference = (of_moved - moved).abs().maxCoeff();
    if (is_of_cells)
      EXPECT_LE(difference, 1e-12);
    else
      change = std::max(change, difference);
  }
  EXPECT_GT(change, 1e-2);
}

TEST_P(GlowFlow, CommutesWithTheSignWhereItIsOdd) {
  for (const Precision precision : {Precision::single, Precision::twice}) {
    const auto flow = stirred_glow(GetParam(), precision);
    const Batch z = normals(9, flow->sites(), 1.0);
    const Mapped x = flow->forward(z), minus = flow->forward(-z);
    if (GetParam().net.is_odd) {
      EXPECT_TRUE((minus.y == -x.y).all());
      EXPECT_TRUE((minus.log_det == x.log_det).all());
    } else {
      EXPECT_GT((minus.y + x.y).abs().maxCoeff(), 1e-2);
    }
  }
}

TEST_P(GlowFlow, IsReadAsItWasWritten) {
  for (const int conditions : {0, 2}) {
    FlowConditions known;
    for (int k = 0; k < conditions; ++k) {
      known.ranges.push_back({"c" + std::to_string(k), 0, 1});
      known.own.values.push_back(0.3);
    }
    BijectorFlow flow(glow_layers(glow_spec(GetParam(), conditions), 5), Precision::twice, 5,
                      known);
    for (double& p : flow.parameters()) p += 0.01;
    flow.parameters_changed();
    const auto path = std::filesystem::temp_directory_path() /
                      (std::string("nmc-glow-") + GetParam().name + ".h5");
    {
      auto file = archive::File::create(path.string());
      write_model(file, flow, "glow", {});
      file.close();
    }
    const ModelFile stored = read_model(path.string());
    std::filesystem::remove(path);
    const Draw a = flow.sample({3}, 70), b = stored.model->sample({3}, 70);
    EXPECT_TRUE((a.x == b.x).all());
    EXPECT_TRUE((a.log_q == b.log_q).all());
  }
}

/// A site depends on what its light cone names, and on nothing else; half of what a level has
/// leaves with it.
TEST_P(GlowFlow, KnowsItsLightConeAndLevels) {
  const auto flow = stirred_glow(GetParam());
  const LatentMap map = flow->latent_map();
  const Batch z = normals(1, flow->sites(), 1.0);
  const Batch x = flow->forward(z).y;
  for (Index latent = 0; latent < flow->sites(); ++latent) {
    Batch other = z;
    other(0, latent) += 1;
    const Batch moved = flow->forward(other).y;
    for (Index site = 0; site < flow->sites(); ++site) {
      // What a long way leaves of a change may be nothing.
      const bool is_moved = moved(0, site) != x(0, site);
      EXPECT_TRUE(map.reaches(latent, site) || !is_moved) << latent << ' ' << site;
    }
  }
  const int levels = levels_of_case(GetParam());
  ASSERT_EQ(map.levels, levels);
  Index left = flow->sites();
  for (int level = 0; level < levels; ++level) {
    const auto here = static_cast<Index>(map.of_level(level).size());
    EXPECT_EQ(here, level + 1 < levels ? left / 2 : left);
    left -= here;
  }
}

TEST_P(GlowFlow, BeginsAsARotationNearly) {
  const BijectorFlow flow(glow_layers(glow_spec(GetParam()), 5), Precision::twice, 5);
  const Batch z = normals(200, flow.sites(), 1.0);
  const Mapped x = flow.forward(z);
  const double log_det = x.log_det.abs().maxCoeff() / static_cast<double>(flow.sites());
  EXPECT_LT(log_det, 0.5);
  EXPECT_NEAR(x.y.square().mean(), 1, 0.5);
  EXPECT_GT((x.y - z).abs().maxCoeff(), 0.5);
}

INSTANTIATE_TEST_SUITE_P(
    All, GlowFlow,
    testing::Values(
        GlowCase{"Square", {4, 4}, {{6, 7}, simd::Activation::elu}},
        GlowCase{"OneLevel", {6, 4}, {{4}, simd::Activation::softplus}, 1},
        GlowCase{"Odd", {8, 4}, {{5, 3}, simd::Activation::tanh, ConvMap::affine, true}},
        GlowCase{"Additive", {8, 8}, {{3}, simd::Activation::tanh, ConvMap::additive, true}, 2, 5},
        GlowCase{"Cube", {4, 4, 4}, {{4}, simd::Activation::tanh}, 2},
        GlowCase{"Chain", {12}, {{5}, simd::Activation::elu}}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Glow, RotationsAreOrthogonalAndAnyMatrixIsItsFactors) {
  for (const int channels : {1, 2, 4, 8, 32}) {
    Cells cells{channels, {1}, channels, {}};
    for (int c = 0; c < channels; ++c) cells.sites.push_back(c);
    BijectorFlow::Layers layers;
    layers.push_back(std::make_unique<InvertibleConvolution>(cells, random_rotation(channels, 7)));
    const BijectorFlow flow(std::move(layers), Precision::twice, 1);
    const Mapped image = flow.forward(Batch(Eigen::MatrixXd::Identity(channels, channels)));
    const Eigen::MatrixXd A = image.y.matrix();  // rows are columns of the map
    const Eigen::MatrixXd error = A * A.transpose() - Eigen::MatrixXd::Identity(channels, channels);
    EXPECT_LE(error.cwiseAbs().maxCoeff(), 1e-12) << channels;
    EXPECT_LE(image.log_det.abs().maxCoeff(), 1e-12) << channels;
  }
}

TEST(Glow, SqueezesNeighboursIntoOneCell) {
  const Cells once = squeezed(single_cells({4, 2}));
  EXPECT_EQ(once.extents, (std::vector<Index>{2, 1}));
  EXPECT_EQ(once.sites, (std::vector<int>{0, 1, 4, 5, 2, 3, 6, 7}));
  const Cells half = some_channels(once, 0, 2);
  EXPECT_EQ(half.sites, (std::vector<int>{0, 1, 2, 3}));
  const Cells cube = squeezed(single_cells({2, 2, 2}));
  EXPECT_EQ(cube.sites, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7}));
}

/// Started from data, the inverse of the data has mean 0 and variance 1 in every channel behind
/// each actnorm; without a shift the mean square is 1.
TEST(Glow, ActnormStartsFromDataLayerByLayer) {
  for (const bool is_odd : {false, true}) {
    const Cells cells = squeezed(single_cells({4, 4}));
    BijectorFlow::Layers layers;
    layers.push_back(std::make_unique<ActnormLayer>(cells, is_odd));
    layers.push_back(std::make_unique<InvertibleConvolution>(cells, random_rotation(4, 3)));
    layers.push_back(std::make_unique<ActnormLayer>(cells, is_odd));
    BijectorFlow flow(std::move(layers), Precision::twice, 1);
    ASSERT_TRUE(flow.starts_from_data());
    Batch x = normals(70, 16, 3.0, 5);
    for (Index site = 0; site < 16; ++site) x.col(site) = x.col(site) * (1 + site % 3) + 5 + site;
    const std::vector<double> start = flow.parameters_from(x);
    std::ranges::copy(start, flow.parameters().begin());
    flow.parameters_changed();
    const Batch z = flow.inverse(x).y;
    for (int c = 0; c < 4; ++c) {
      double sum = 0, squares = 0;
      for (int cell = 0; cell < cells.count(); ++cell) {
        sum += z.col(cells.at(cell)[c]).sum();
        squares += z.col(cells.at(cell)[c]).square().sum();
      }
      const double count = 70.0 * cells.count();
      EXPECT_NEAR(squares / count, 1, 1e-12);
      if (!is_odd) {
        EXPECT_NEAR(sum / count, 0, 1e-12);
      }
    }
  }
}

TEST(Glow, RefusesWhatCannotBeSqueezed) {
  const auto message = [](std::vector<Index> extents, int levels, int kernel) {
    return message_of([&] {
      (void)glow_layers({extents, levels, 1, kernel, {{3}, simd::Activation::tanh}, 0}, 1);
    });
  };
  EXPECT_EQ(message({4, 5}, 0, 3),
            "an extent of the lattice is 5: a squeeze halves it, so that it must be even; take "
            "model.name = real_nvp");
  EXPECT_EQ(message({12, 8}, 3, 3),
            "levels = 3: a lattice of 12x8 can be halved 2 times; take levels = 2");
  EXPECT_EQ(message({4, 4}, 0, 5),
            "kernel = 5 is wider than the lattice, whose extent 4 it would wrap around; take "
            "kernel = 3, or a larger lattice");
  EXPECT_EQ(message({8, 8}, 0, 4),
            "kernel = 4: a kernel has a middle and sites on both sides; take 5");
  EXPECT_EQ(message_of([] {
              (void)squeezed(squeezed(single_cells({6, 4})));
            }),
            "a squeeze halves every extent, and one of 3x2 is odd: take fewer levels, or other "
            "extents");
  EXPECT_EQ(message_of([] {
              (void)ChannelCoupling({some_channels(squeezed(single_cells({4, 4})), 0, 3),
                                     3,
                                     {{3}, simd::Activation::tanh},
                                     0});
            }),
            "channels = 3: a coupling keeps one half of them and moves the other; give an even "
            "number");
  EXPECT_NE(message_of([] {
              const Cells cells = squeezed(single_cells({2, 2}));
              BijectorFlow::Layers layers;
              layers.push_back(std::make_unique<ActnormLayer>(cells, false));
              const BijectorFlow flow(std::move(layers), Precision::twice, 1);
              (void)flow.parameters_from(Batch::Ones(5, 4));
            }).find("the same in all of a batch"),
            std::string::npos);
}

}  // namespace
}  // namespace nmc::contracts
