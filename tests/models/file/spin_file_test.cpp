#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <functional>

#include "core/archive/publish.hpp"
#include "models/autoregressive/recurrent_model.hpp"
#include "models/autoregressive/site_order.hpp"
#include "models/file/model_file.hpp"
#include "models/symmetry/flip_symmetric_spins.hpp"
#include "models/symmetry/lattice_symmetry.hpp"
#include "models/symmetry/symmetrised_spins.hpp"
#include "tests/models/autoregressive/spin_models.hpp"

/// Model files of recurrent networks, of mixtures, and of networks of spins made symmetric.
namespace nmc {
namespace {

class SpinFiles : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }
  void store(const Trainable& model) const {
    archive::publish_file(path_, [&](archive::File& file) { write_model(file, model, "x", {}); });
  }
  [[nodiscard]] std::string refusal() const {
    try {
      (void)read_model(path_);
    } catch (const UserError& error) {
      EXPECT_NE(std::string(error.what()).find(path_), std::string::npos) << error.what();
      return error.what();
    }
    return "nothing was refused";
  }
  const std::string path_ =
      (std::filesystem::temp_directory_path() / ("nmc_spin_file_" + std::to_string(::getpid())))
          .string();
};

std::unique_ptr<Autoregressive> gru() {
  auto model = std::make_unique<RecurrentModel>(snake_spec({3, 4}, {RecurrentCell::gru, 4}),
                                                Precision::single, 1);
  testing_spins::scatter_parameters(*model, 1);
  return model;
}

TEST_F(SpinFiles, ReadingGivesBackTheSameModelBitForBit) {
  for (const auto& [name, make] : testing_spins::autoregressive_models()) {
    const auto model = make();
    store(*model);
    const ModelFile file = read_model(path_);
    const auto* stored = dynamic_cast<const Autoregressive*>(file.model.get());
    ASSERT_NE(stored, nullptr) << name;
    const Draw a = model->sample({.seed = 3}, 50), b = stored->sample({.seed = 3}, 50);
    EXPECT_TRUE((a.x == b.x).all()) << name;
    EXPECT_TRUE((a.log_q == b.log_q).all()) << name;
    EXPECT_TRUE((stored->log_conditionals(a.x) == model->log_conditionals(a.x)).all()) << name;
  }
}

TEST_F(SpinFiles, KeepTheGroupOfASymmetricNetwork) {
  const SymmetrisedSpins model(gru(), products(translation_group({3, 4}), z2_group(12)));
  store(model);
  const ModelFile file = read_model(path_);
  const auto* stored = dynamic_cast<const SymmetrisedSpins*>(file.model.get());
  ASSERT_NE(stored, nullptr);
  EXPECT_EQ(stored->group(), model.group());
  const Draw draw = model.sample({.seed = 3}, 50);
  EXPECT_TRUE((stored->log_prob(draw.x) == model.log_prob(draw.x)).all());
  store(FlipSymmetricSpins(gru()));
  EXPECT_NE(dynamic_cast<const FlipSymmetricSpins*>(read_model(path_).model.get()), nullptr);
}

/// ln q of one configuration by the formulas of docs/model-file.md, from what a file holds.
class ByThePage {
 public:
  explicit ByThePage(const std::string& path) {
    const archive::File file = archive::File::open(path);
    is_gru_ = file.string_attribute("/model", "cell") == "gru";
    is_shared_ = file.int_attribute("/model", "shared") == 1;
    n_ = file.int_attribute("/model", "width");
    N_ = file.int_attribute("/model", "sites");
    order_ = file.read_ints("/model/order");
    parents_ = file.read_ints("/model/parents");
    theta_ = file.read_doubles("/model/parameters");
    directions_ = std::ssize(parents_) / N_;
    const Index rows = ((is_gru_ ? 1 : 2) + directions_ + 1) * n_;
    Index at = place(W_, rows, n_ + 1, 0);
    at = place(V_, is_gru_ ? n_ : 0, 1, at);
    w_ = {1, n_, at, at + n_ * (is_shared_ ? 1 : N_), {}};
    for (Index t = 0; t < N_; ++t) w_.matrix.push_back(at + (is_shared_ ? 0 : t * n_));
  }
  double log_q(const Eigen::VectorXd& s) {
    h_.assign(static_cast<std::size_t>(N_), Eigen::VectorXd::Zero(n_));
    c_ = h_;
    double total = 0;
    for (Index t = 0; t < N_; ++t) {
      step(t, s);
      const Eigen::VectorXd& h = h_[static_cast<std::size_t>(t)];
      const double a = h.dot(matrix(w_, t).row(0)) + bias(w_, t)(0);
      total -= std::log1p(std::exp(-a * s(site(t))));
    }
    return total;
  }

 private:
  /// Rows and columns of the matrices of a layer, and where they are.
  struct Layer {
    Index rows, columns, begin, biases;
    std::vector<Index> matrix;  ///< by direction and token
  };
  Index parent(Index d, Index t) const { return parents_[static_cast<std::size_t>(d * N_ + t)]; }
  Index site(Index t) const { return order_[static_cast<std::size_t>(t)]; }
  Index place(Layer& layer, Index rows, Index columns, Index at) const {
    layer = {rows, columns, at, 0, std::vector<Index>(parents_.size(), -1)};
    std::vector<Index> first(static_cast<std::size_t>(directions_), -1);
    for (Index t = 0; t < N_; ++t)
      for (Index d = 0; d < directions_; ++d) {
        if (parent(d, t) < 0) continue;
        Index& known = first[static_cast<std::size_t>(d)];
        const bool is_new = !is_shared_ || known < 0;
        if (is_new) known = at;
        layer.matrix[static_cast<std::size_t>(d * N_ + t)] = known;
        if (is_new) at += rows * columns;
      }
    layer.biases = at;
    return at + rows * (is_shared_ ? 1 : N_);
  }
  Eigen::MatrixXd matrix(const Layer& layer, Index k) const {
    const double* from = theta_.data() + layer.matrix[static_cast<std::size_t>(k)];
    return Eigen::Map<const Eigen::MatrixXd>(from, layer.columns, layer.rows).transpose();
  }
  Eigen::VectorXd bias(const Layer& layer, Index t) const {
    const double* from = theta_.data() + layer.biases + (is_shared_ ? 0 : t * layer.rows);
    return Eigen::Map<const Eigen::VectorXd>(from, layer.rows);
  }
  void step(Index t, const Eigen::VectorXd& s) {
    Eigen::ArrayXd gates = bias(W_, t), inner = bias(V_, t), c = Eigen::ArrayXd::Zero(n_);
    std::vector<Eigen::ArrayXd> before;
    for (Index d = 0; d < directions_; ++d) {
      const Index p = parent(d, t), k = d * N_ + t;
      if (p < 0) continue;
      Eigen::VectorXd input(n_ + 1);
      input << h_[static_cast<std::size_t>(p)], s(site(p));
      gates += (matrix(W_, k) * input).array();
      if (is_gru_) inner += (matrix(V_, k) * s(site(p))).array();
      before.emplace_back(h_[static_cast<std::size_t>(p)]);
    }
    const auto raw = [&](Index k) { return Eigen::ArrayXd(gates.segment(k * n_, n_)); };
    const auto sigma = [&](Index k) { return Eigen::ArrayXd(1 / (1 + (-raw(k)).exp())); };
    if (is_gru_) {
      const Eigen::ArrayXd n = (inner + sigma(1) * raw(1 + directions_)).tanh();
      Eigen::ArrayXd m = Eigen::ArrayXd::Zero(n_);
      if (before.size() == 1) m = before[0];
      if (before.size() == 2) m = sigma(2) * before[0] + (1 - sigma(2)) * before[1];
      h_[static_cast<std::size_t>(t)] = sigma(0) * n + (1 - sigma(0)) * m;
      return;
    }
    c = sigma(0) * raw(2 + directions_).tanh();
    for (Index d = 0; d < directions_; ++d)
      if (parent(d, t) >= 0) c += sigma(2 + d) * c_[static_cast<std::size_t>(parent(d, t))].array();
    c_[static_cast<std::size_t>(t)] = c;
    h_[static_cast<std::size_t>(t)] = sigma(1) * c.tanh();
  }

  bool is_gru_ = false, is_shared_ = false;
  Index n_ = 0, N_ = 0, directions_ = 0;
  std::vector<std::int64_t> order_, parents_;
  std::vector<double> theta_;
  Layer W_{}, V_{}, w_{};
  std::vector<Eigen::VectorXd> h_, c_;
};

TEST_F(SpinFiles, HoldTheFormulasThatTheirPageStates) {
  for (const RecurrentCell cell : {RecurrentCell::gru, RecurrentCell::lstm})
    for (const bool is_shared : {true, false})
      for (const bool is_snake : {true, false}) {
        const RecurrentShape shape{cell, 3, is_shared};
        const std::vector<Index> order = site_order({{3, 4}, {}}, PatchOrder::snake);
        RecurrentModel model(is_snake ? snake_spec({3, 4}, shape) : chain_spec(order, shape),
                             Precision::twice, 1);
        testing_spins::scatter_parameters(model, 1);
        store(model);
        ByThePage page(path_);
        const Draw draw = model.sample({.seed = 3}, 20);
        for (Index c = 0; c < 20; ++c)
          EXPECT_NEAR(page.log_q(draw.x.row(c).matrix().transpose()), draw.log_q(c), 1e-12);
      }
}

/// A GRU of two sites in a file by hand; `spoil` may change it.
struct SpinParts {
  std::vector<std::int64_t> order{0, 1}, parents{-1, 0};
  std::string cell = "gru", type = "recurrent";
  std::int64_t width = 1, sign = 1;
  std::vector<double> parameters = std::vector<double>(6 + 3 + 1 + 1 + 1 + 1, 0.1);
};

void write_spin_parts(archive::File& file, const SpinParts& parts) {
  file.set_attribute("/", "format", "neuralmc-model");
  file.set_attribute("/", "version", 1);
  file.create_group("/model");
  file.set_attribute("/model", "type", parts.type);
  file.set_attribute("/model", "sites", 2);
  file.write("/model/order", {std::ssize(parts.order)}, parts.order);
  if (parts.type == "recurrent") {
    file.set_attribute("/model", "precision", "double");
    file.set_attribute("/model", "cell", parts.cell);
    file.set_attribute("/model", "width", parts.width);
    file.set_attribute("/model", "shared", 1);
    file.write("/model/parents", {std::ssize(parts.parents) / 2, 2}, parts.parents);
  } else {
    file.set_attribute("/model", "components", parts.width);
  }
  file.write("/model/parameters", {std::ssize(parts.parameters)}, parts.parameters);
  file.write("/model/symmetry/000/permutation", {2}, std::vector<std::int64_t>{0, 1});
  file.set_attribute("/model/symmetry/000", "sign", static_cast<double>(parts.sign));
}

TEST_F(SpinFiles, WhatDoesNotHoldTogetherIsRefusedByName) {
  struct Case {
    std::function<void(SpinParts&)> spoil;
    const char* message;
  };
  const std::vector<Case> cases{
      {[](SpinParts&) {}, "nothing was refused"},
      {[](SpinParts& p) {
         p.order = {1, 1};
       },
       "/model does not hold together: the order names site 1"},
      {[](SpinParts& p) {
         p.parents = {-1, 1};
       },
       "reads a state that is not there yet"},
      {[](SpinParts& p) { p.parents = {-1, 0, -1, 0, -1, 0}; }, "one or two directions"},
      {[](SpinParts& p) { p.cell = "rnn"; }, "cell of /model is \"rnn\"; it is one of gru, lstm"},
      {[](SpinParts& p) { p.width = 0; }, "width = 0: a state needs at least one unit"},
      {[](SpinParts& p) { p.width = -3; }, "/model width = -3 is out of range"},
      {[](SpinParts& p) { p.parameters.pop_back(); },
       "/model/parameters has shape (12), expected (13)"},
      {[](SpinParts& p) { p.sign = -1; }, "/model/symmetry: "},
      {[](SpinParts& p) { p.type = "bernoulli_mixture"; },
       "/model/parameters has shape (13), expected (3)"},
  };
  for (const auto& [spoil, message] : cases) {
    SpinParts parts;
    spoil(parts);
    archive::publish_file(path_, [&](archive::File& file) { write_spin_parts(file, parts); });
    EXPECT_NE(refusal().find(message), std::string::npos) << refusal() << "\nwanted: " << message;
  }
}

}  // namespace
}  // namespace nmc
