#pragma once

#include <algorithm>
#include <bit>
#include <vector>

#include "physics/exact/transfer_kernel.hpp"

namespace nmc {

/// A sweep whose frontier states carry a row of numbers each beside the least energy so far: what
/// the numbers count is up to Rows, which has
///   Number, stride()               type and length of a row
///   void begin(Number* row)        the row of the empty graph
///   void open(step), void close()  before a step, and when its site has been added
///   void copy(row, added, out)     a site is added
///   void merge(up, down, added, out)   a site is summed over whose spin is up or down; each Part
///                                  says how far its energies are above the lower one.
template <class Rows>
class RowSweep {
 public:
  using Number = typename Rows::Number;

  /// A row that is merged, with its energy above the lower of the two.
  struct Part {
    const Number* row;
    double excess;
  };
  enum class Added { none, up, down };

  RowSweep(const FrontierPlan& plan, Rows rows)
      : plan_(plan),
        rows_(std::move(rows)),
        energy_(std::size_t{1} << plan.width),
        next_energy_(energy_.size()),
        row_(energy_.size() * rows_.stride()),
        next_row_(row_.size()) {}

  /// The row of the whole graph; reference() is its least energy.
  std::span<const Number> run(std::uint64_t fixed_bits) {
    rows_.begin(row_.data());
    width_ = 0;
    energy_[0] = 0;
    for (const PlannedTerm& term : plan_.constants)
      energy_[0] -=
          std::popcount(term.fixed & fixed_bits) % 2 == 0 ? term.coupling : -term.coupling;
    for (const FrontierStep& step : plan_.steps) {
      for (const auto& slots : step.exchanges) exchange(slots);
      fill_local_field(step.terms, fixed_bits, width_, local_);
      rows_.open(step);
      if (step.slot < 0)
        push();
      else
        replace(std::size_t{1} << step.slot);
      std::swap(energy_, next_energy_);
      std::swap(row_, next_row_);
      rows_.close();
      for (const int slot : step.removed) remove(slot);
    }
    return {row_.data(), rows_.stride()};
  }
  [[nodiscard]] double reference() const { return energy_[0]; }
  [[nodiscard]] const Rows& rows() const { return rows_; }

 private:
  const Number* row(std::size_t state) const { return row_.data() + state * rows_.stride(); }
  Number* next_row(std::size_t state) { return next_row_.data() + state * rows_.stride(); }

  void exchange(std::array<int, 2> slots) {
    exchange_slots(energy_.data(), width_, slots);
    exchange_slots(row_.data(), width_, slots, static_cast<std::ptrdiff_t>(rows_.stride()));
  }

  void push() {
    const std::size_t top = std::size_t{1} << width_++;
    for (std::size_t state = 0; state < top; ++state) {
      next_energy_[state] = energy_[state] - local_[state];
      next_energy_[state | top] = energy_[state] + local_[state];
      rows_.copy(row(state), Added::up, next_row(state));
      rows_.copy(row(state), Added::down, next_row(state | top));
    }
  }

  /// A state of the frontier and the energy that its row is taken with.
  struct State {
    std::size_t bits;
    double energy;
  };

  double merge(State up, State down, Added added, Number* out) {
    const double lower = std::min(up.energy, down.energy);
    rows_.merge(Part{row(up.bits), up.energy - lower}, Part{row(down.bits), down.energy - lower},
                added, out);
    return lower;
  }

  void replace(std::size_t bit) {
    for (std::size_t state = 0; state < std::size_t{1} << width_; ++state) {
      if ((state & bit) != 0) continue;
      const std::size_t other = state | bit;
      next_energy_[state] =
          merge({state, energy_[state] - local_[state]}, {other, energy_[other] - local_[other]},
                Added::up, next_row(state));
      next_energy_[other] =
          merge({state, energy_[state] + local_[state]}, {other, energy_[other] + local_[other]},
                Added::down, next_row(other));
    }
  }

  void remove(int slot) {
    if (slot != width_ - 1) exchange({slot, width_ - 1});
    const std::size_t half = std::size_t{1} << --width_;
    for (std::size_t state = 0; state < half; ++state)
      next_energy_[state] = merge({state, energy_[state]}, {state + half, energy_[state + half]},
                                  Added::none, next_row(state));
    std::swap(energy_, next_energy_);
    std::swap(row_, next_row_);
  }

  const FrontierPlan& plan_;
  Rows rows_;
  int width_ = 0;
  std::vector<double> energy_, next_energy_, local_;
  std::vector<Number> row_, next_row_;
};

}  // namespace nmc
