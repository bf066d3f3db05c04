#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/roles/born.hpp"
#include "core/roles/stored.hpp"
#include "models/autoregressive/tiled_model.hpp"
#include "models/born_machines/canonical.hpp"
#include "models/born_machines/mps_net.hpp"
#include "models/born_machines/swept_state.hpp"

namespace nmc {

/// A Born machine of matrix products (Han, Wang, Fan, Wang and Zhang, PRX 8, 031012 (2018); notes,
/// eqs 46-48): p(s) = Ψ(s)²/Z with Ψ an open chain or a ring of matrices, drawn spin after spin
/// without a Markov chain. Any parameters are a density; all in double precision.
class BornMachine final : public TiledModel<MpsSpec, MpsNet, MpsRingNet>,
                          public Stored,
                          public BornState,
                          public SweptState {
 public:
  /// With matrices near 1, so that Ψ is nearly even: `seed` draws what is different. UserError
  /// where the spec is none.
  BornMachine(MpsSpec spec, std::uint64_t seed);
  /// `tensors` as MpsSpec says.
  BornMachine(MpsSpec spec, std::vector<double> tensors);

  [[nodiscard]] Abilities abilities() const override { return {.tokens = this, .stored = this}; }
  /// Other matrices, whose bonds may be others.
  void set_chain(const std::vector<SpinMatrices>& chain);
  [[nodiscard]] std::vector<SpinMatrices> chain() const { return unpack(spec(), parameters()); }
  /// UserError of a ring, which has no canonical form: no bond cuts it in two.
  [[nodiscard]] RightCanonical canonical_form() const;

  [[nodiscard]] double log_z() const override;
  [[nodiscard]] Column signs(const Batch& s) const override;
  [[nodiscard]] bool has_cuts() const override { return spec().ends == MpsEnds::open; }
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
  void begin(std::vector<double> tensors);
};

}  // namespace nmc
