#pragma once

#include <memory>
#include <vector>

#include "core/roles/born.hpp"
#include "core/roles/stored.hpp"
#include "models/autoregressive/tiled_model.hpp"
#include "models/born_machines/swept_state.hpp"
#include "models/born_machines/tree_net.hpp"

namespace nmc {

/// A Born machine of a binary tree of tensors (Cheng, Wang, Xiang and Zhang, PRB 99, 155131
/// (2019)): p(s) = Ψ(s)²/Z, drawn leaf after leaf without a Markov chain. Spins far apart are log N
/// bonds apart. Any parameters are a density; all in double precision.
class TreeMachine final : public TiledModel<TreeSpec, TreeNet>,
                          public Stored,
                          public BornState,
                          public SweptState {
 public:
  /// With Ψ nearly even: `seed` draws what is different. UserError where the spec is none.
  TreeMachine(TreeSpec spec, std::uint64_t seed);
  /// `tensors` as TreeSpec says.
  TreeMachine(TreeSpec spec, std::vector<double> tensors);

  [[nodiscard]] Abilities abilities() const override { return {.tokens = this, .stored = this}; }
  [[nodiscard]] TreeState state() const { return tree_state(spec(), parameters()); }

  [[nodiscard]] double log_z() const override;
  [[nodiscard]] Column signs(const Batch& s) const override;
  [[nodiscard]] bool has_cuts() const override { return true; }
  [[nodiscard]] std::vector<Eigen::VectorXd> schmidt_values() const override;
  [[nodiscard]] Column log_marginal(const Batch& s) const override;
  [[nodiscard]] Draw fill(const Batch& s, const Streams& streams) const override;

  void check_sweeps() const override;
  [[nodiscard]] const std::vector<Index>& places() const override { return spec().order; }
  [[nodiscard]] const std::vector<Index>& bonds() const override { return spec().bonds; }
  [[nodiscard]] Index most_bonds() const override { return spec().chi; }
  [[nodiscard]] Index number_count(const std::vector<Index>& bonds) const override;
  [[nodiscard]] std::vector<double> numbers() const override;
  void set_numbers(const std::vector<Index>& bonds, std::vector<double> numbers) override;
  void set_independent(const Column& up) override;
  void sweep(const SpinData& data, const PairOptions& options) override;
  void check_data(const SpinData& data) const override;

  void write(archive::File& file, const std::string& group) const override;
  [[nodiscard]] static std::unique_ptr<Autoregressive> read(const archive::File& file,
                                                            const std::string& group);

 private:
  void set_state(const TreeState& state);
  /// Spins that are given, by their places: 1 up, 0 down, −1 not given.
  [[nodiscard]] std::vector<int> given_places(const Batch& s, Index chain) const;
};

}  // namespace nmc
