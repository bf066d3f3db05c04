#pragma once

#include "core/roles/stored.hpp"
#include "models/autoregressive/conditional_model.hpp"
#include "models/autoregressive/recurrent_net.hpp"
#include "models/flows/nets/precision.hpp"

namespace nmc {

/// q(s) = Π_t q(s_t | s_<t) with GRU or LSTM cells along a chain or a snake through a lattice
/// (Hibat-Allah, Ganahl, Hayward, Melko and Carrasquilla, Phys. Rev. Research 2, 023358 (2020)).
/// A draw costs one step of the cell per site. Parameters: the layers of recurrent_layers() one
/// after the other, each its matrices (outputs, rows) row-major, then its biases, and of a
/// conditional network their slopes.
class RecurrentModel final
    : public ConditionalModel<RecurrentSpec, RecurrentNet<float>, RecurrentNet<double>>,
      public Stored {
 public:
  /// Throws UserError when the spec is not one. `seed` draws the weights.
  RecurrentModel(RecurrentSpec spec, Precision precision, std::uint64_t seed);

  [[nodiscard]] Precision precision() const { return precision_; }
  [[nodiscard]] Abilities abilities() const override { return {.tokens = this, .stored = this}; }
  void write(archive::File& file, const std::string& group) const override;
  [[nodiscard]] static std::unique_ptr<Autoregressive> read(const archive::File& file,
                                                            const std::string& group);

 private:
  Precision precision_;
};

}  // namespace nmc
