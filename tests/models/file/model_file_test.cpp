#include "models/file/model_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <limits>

#include "core/archive/publish.hpp"
#include "core/archive/sealed_file.hpp"
#include "models/flows/coupling/mera.hpp"
#include "models/flows/linear/elementary.hpp"
#include "models/flows/linear/free_field.hpp"
#include "models/symmetry/symmetrised_flow.hpp"

namespace nmc {
namespace {

class ModelFiles : public testing::Test {
 protected:
  void SetUp() override {
    directory_ =
        std::filesystem::temp_directory_path() / ("nmc_model_file_" + std::to_string(::getpid()));
    std::filesystem::create_directories(directory_);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  [[nodiscard]] std::string path() const { return (directory_ / "model.h5").string(); }

  /// One layer of every kind, parameters away from their start.
  static std::unique_ptr<BijectorFlow> flow(bool is_affine, FlowConditions conditions = {}) {
    const auto count = static_cast<int>(conditions.ranges.size());
    NeuralRgSpec spec;
    spec.conditions = count;
    spec.L = 4;
    spec.couplings = 3;
    spec.hidden = {6, 5};
    spec.is_affine = is_affine;
    auto layers = neural_rg_layers(spec);
    layers.push_back(std::make_unique<ScalingLayer>(16, count));
    layers.push_back(std::make_unique<PermutationLayer>(
        std::vector<int>{1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 14}));
    layers.push_back(std::make_unique<FreeFieldLayer>(std::vector<Index>{4, 4}, count));
    auto result = std::make_unique<BijectorFlow>(std::move(layers), Precision::twice, 9,
                                                 std::move(conditions));
    Batch noise(1, std::ssize(result->parameters()));
    fill_normal({4, 0, 0, Purpose::test}, noise);
    for (std::size_t k = 0; k < result->parameters().size(); ++k)
      result->parameters()[k] += 0.2 * noise(0, static_cast<Index>(k));
    result->parameters_changed();
    return result;
  }

 private:
  std::filesystem::path directory_;
};

TEST_F(ModelFiles, ReadingGivesBackTheSameDensityBitForBit) {
  for (const bool is_affine : {true, false}) {
    const SymmetrisedFlow model(flow(is_affine), z2_group(16));
    archive::publish_file(path(), [&](archive::File& file) {
      write_model(file, model, "neural_rg", {{"name", "dual_ising"}, {"L", "4"}});
    });
    const ModelFile stored = read_model(path());
    Batch x(5, 16);
    fill_normal({2, 0, 0, Purpose::test}, x);
    EXPECT_TRUE((stored.model->log_prob(x) == model.log_prob(x)).all());
    EXPECT_EQ(stored.name, "neural_rg");
    EXPECT_EQ(stored.target.at("L"), "4");
  }
}

TEST_F(ModelFiles, AConditionalFlowIsReadBackBitForBitWithItsCondition) {
  for (const bool is_affine : {true, false}) {
    const auto model = flow(is_affine, {{{"beta", 0.1, 0.5}, {"m2", -2, 5}}, {{0.2, 1}}});
    model->set_condition({{0.25, 4}});
    archive::publish_file(path(),
                          [&](archive::File& file) { write_model(file, *model, "neural_rg", {}); });
    const ModelFile stored = read_model(path());
    Batch x(5, 16);
    fill_normal({2, 0, 0, Purpose::test}, x);
    EXPECT_TRUE((stored.model->log_prob(x) == model->log_prob(x)).all());
    const auto there = model->at({{0.5, -1}}), read = stored.model->at({{0.5, -1}});
    EXPECT_TRUE((read->log_prob(x) == there->log_prob(x)).all());
    EXPECT_GT((read->log_prob(x) - model->log_prob(x)).abs().maxCoeff(), 0.01);
    ASSERT_EQ(stored.model->conditions().size(), 2U);
    EXPECT_EQ(stored.model->conditions()[1].name, "m2");
    EXPECT_EQ(stored.model->conditions()[1].least, -2);
  }
}

TEST_F(ModelFiles, ATruncatedFileIsNamed) {
  const auto model = flow(true);
  archive::publish_file(path(), [&](archive::File& f) { write_model(f, *model, "x", {}); });
  std::filesystem::resize_file(path(), std::filesystem::file_size(path()) / 2);
  try {
    (void)read_model(path());
    FAIL() << "a truncated file was read";
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find(path()), std::string::npos);
  }
}

TEST_F(ModelFiles, AFlippedBitOfASealedFileIsFoundBeforeItIsRead) {
  const auto model = flow(true);
  archive::publish_sealed(path(), model_file_title,
                          [&](archive::File& f) { write_model(f, *model, "x", {}); });
  EXPECT_NO_THROW((void)read_model(path()));
  const auto size = static_cast<std::streamoff>(std::filesystem::file_size(path()));
  std::fstream file(path(), std::ios::binary | std::ios::in | std::ios::out);
  // Every part of the file but the zeros between the line and byte 512.
  for (std::streamoff place = 0; place < size; place += place < 100 ? 7 : 1009) {
    if (place > 100 && place < 512) continue;
    const auto change = [&] {
      file.seekg(place);
      const auto byte = static_cast<char>(file.get() ^ 4);
      file.seekp(place);
      file.put(byte).flush();
    };
    change();
    EXPECT_THROW((void)read_model(path()), UserError) << place;
    change();
  }
}

TEST_F(ModelFiles, AWeightThatIsNoNumberIsRefused) {
  const auto model = flow(true);
  model->parameters()[17] = std::numeric_limits<double>::quiet_NaN();
  archive::publish_file(path(), [&](archive::File& f) { write_model(f, *model, "x", {}); });
  EXPECT_THROW((void)read_model(path()), UserError);
}

TEST_F(ModelFiles, AnotherHdf5FileIsNoModel) {
  archive::publish_file(path(), [](archive::File& f) { f.create_group("/posterior"); });
  EXPECT_THROW((void)read_model(path()), UserError);
}

}  // namespace
}  // namespace nmc
